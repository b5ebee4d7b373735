import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { parse } from 'yaml'
import type { Catalog, ColumnLineageNode } from '../../src/library/published.ts'
import { freshDatabase, type PostgresAddress } from '../support/postgres-database.ts'
import { type Ended, quern, REPOSITORY } from '../support/quern.ts'

interface Expected {
  readonly columns: readonly string[]
  readonly used?: readonly string[]
}
type Nodes = Readonly<Record<string, ColumnLineageNode>>

const tableOf = (file: string): Record<string, Expected> =>
  parse(readFileSync(join(REPOSITORY, 'test/lineage', file), 'utf8')) as Record<string, Expected>
const expected = tableOf('project.yml')

const sorted = (column: string): string => {
  const [name, sources = ''] = column.split(' <-')
  return `${name} <- ${sources.trim().split('; ').sort().join('; ')}`.trim()
}

/** Lineage in the form of project.yml. */
const written = (nodes: Nodes): Record<string, Expected> =>
  Object.fromEntries(
    Object.entries(nodes).map(([id, { columns, used }]) => [
      id,
      {
        columns: Object.entries(columns).map(([name, { sources }]) =>
          sorted(`${name} <- ${sources.map(({ node, column, how }) => `${node}.${column} ${how}`).join('; ')}`),
        ),
        used: used.map(({ node, column, how }) => `${node}.${column} ${how}`).sort(),
      },
    ]),
  )

const normalised = (nodes: Record<string, Expected>): Record<string, Expected> =>
  Object.fromEntries(
    Object.entries(nodes).map(([id, { columns, used = [] }]) => [
      id,
      { columns: columns.map(sorted), used: [...used].sort() },
    ]),
  )
const byHand = normalised(expected)

test.each(['duckdb', 'postgres'])(
  'lineage of sample_project for %s is what was written down by hand',
  { timeout: 60_000 },
  async (target) => {
    const server = inject('postgres') as PostgresAddress
    const folder = mkdtempSync(join(tmpdir(), 'quern-lineage-sample-'))
    try {
      cpSync(join(REPOSITORY, 'sample_project'), folder, {
        recursive: true,
        filter: (path) => !/[\\/](?:target|logs)$/.test(path),
      })
      const env = {
        DBT_PROFILES_DIR: folder,
        FLIGHTS_TARGET: target,
        FLIGHTS_PG_HOST: server.host,
        FLIGHTS_PG_PORT: String(server.port),
        FLIGHTS_PG_USER: server.user,
        FLIGHTS_PG_PASSWORD: server.password,
        FLIGHTS_PG_DBNAME: server.database,
      }
      const args = ['lineage', '--quiet', '--format', 'json', '--upstream', '--downstream']
      const { stdout, stderr } = await quern(args, { cwd: folder, env })
      expect(stderr).toBe('')
      const { nodes } = JSON.parse(stdout) as { readonly nodes: Nodes }
      expect(written(nodes)).toEqual(normalised(tableOf('sample-project.yml')))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

describe.each(['duckdb', 'postgres'] as const)('lineage of a project on %s', (database) => {
  let folder: string
  let drop: (() => Promise<void>) | undefined
  const run = (...args: string[]): Promise<Ended> => {
    const server = inject('postgres') as PostgresAddress
    const env = {
      LINEAGE_TARGET: database,
      LINEAGE_DUCKDB: join(folder, 'shop.duckdb'),
      LINEAGE_PG_HOST: server.host,
      LINEAGE_PG_PORT: String(server.port),
      LINEAGE_PG_USER: server.user,
      LINEAGE_PG_PASSWORD: server.password,
      LINEAGE_PG_DBNAME: 'quern_lineage',
      DBT_PROFILES_DIR: folder,
    }
    return quern(args, { cwd: folder, env })
  }
  const lineage = async (...args: string[]): Promise<Nodes> => {
    const { stdout, stderr } = await run('lineage', '--quiet', '--format', 'json', ...args)
    expect(stderr).toBe('')
    return (JSON.parse(stdout) as { readonly nodes: Nodes }).nodes
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quern-lineage-'))
    cpSync(join(REPOSITORY, 'test/lineage/project'), folder, { recursive: true })
    if (database === 'postgres') drop = await freshDatabase(inject('postgres') as PostgresAddress, 'quern_lineage')
    await run('seed')
    const { exit, stdout } = await run('build')
    expect({ exit, stdout: exit === 0 ? '' : stdout }).toEqual({ exit: 0, stdout: '' })
  }, 120_000)
  afterAll(async () => {
    await drop?.()
    rmSync(folder, { recursive: true, force: true })
  })

  test('of all nodes is what was written down by hand', { timeout: 60_000 }, async () => {
    const nodes = await lineage('--upstream', '--downstream')
    expect(written(nodes)).toEqual(byHand)
    expect(Object.values(nodes).filter(({ status }) => status !== 'complete')).toEqual([])
  })

  test('has the columns of the database, in its order', { timeout: 60_000 }, async () => {
    const nodes = await lineage('--upstream', '--downstream')
    await run('docs', 'generate')
    const catalog = JSON.parse(readFileSync(join(folder, 'target/catalog.json'), 'utf8')) as Catalog
    const ofDatabase = Object.entries(catalog.nodes).map(([id, { columns }]): [string, string[]] => [
      id,
      Object.values(columns)
        .sort((one, other) => one.index - other.index)
        .map(({ name }) => name),
    ])
    expect(ofDatabase.length).toBe(Object.keys(expected).length - 2)
    expect(ofDatabase).toEqual(ofDatabase.map(([id]) => [id, Object.keys(nodes[id]?.columns ?? {})]))
  })

  test('of one column, both ways and one way, to a depth', { timeout: 60_000 }, async () => {
    expect((await run('lineage', '-q', 'stg_orders.amount')).stdout).toBe(`stg_orders.amount
├── made of
│   └── raw.orders.amount  copied, source
└── goes into
    ├── growing.double_amount  computed
    ├── orders_enriched.amount  copied
    │   └── totals.paid  aggregated
    │       ├── star.paid  copied
    │       └── checked.paid  copied, snapshot
    └── history.amount  copied, snapshot
`)
    expect((await run('lineage', '-q', 'totals', '--upstream', '--depth', '1')).stdout).toBe(`totals
├── customer_id
│   └── orders_enriched.customer_id  copied
├── orders
├── paid
│   ├── orders_enriched.amount  aggregated
│   └── orders_enriched.status  aggregated
└── rows depend on
    ├── orders_enriched.nr  filter
    └── orders_enriched.customer_id  group
`)
    expect(
      (await run('lineage', '-q', 'raw.orders.STATUS', '--downstream', '--depth', '1')).stdout,
    ).toBe(`raw.orders.status
└── stg_orders.status  copied
`)
  })

  test('as a flowchart', { timeout: 60_000 }, async () => {
    expect(
      (await run('lineage', '-q', 'star.paid', '--upstream', '--depth', '2', '--format', 'mermaid')).stdout,
    ).toBe(`flowchart LR
  subgraph n0["star"]
    n0c0["paid"]
  end
  subgraph n1["totals"]
    n1c0["paid"]
  end
  subgraph n2["orders_enriched"]
    n2c0["amount"]
    n2c1["status"]
  end
  n1c0 -->|copied| n0c0
  n2c0 -->|aggregated| n1c0
  n2c1 -->|aggregated| n1c0
`)
  })

  test('as events, in which ephemeral models are what they are made of', { timeout: 60_000 }, async () => {
    const { stdout } = await run('lineage', '-q', '--select', 'orders_enriched', '--format', 'openlineage')
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const event = events.find(({ job }) => job.name === 'model.shop.orders_enriched')
    const server = inject('postgres') as PostgresAddress
    const namespace =
      database === 'duckdb' ? `duckdb://${join(folder, 'shop.duckdb')}` : `postgres://${server.host}:${server.port}`
    const prefix = database === 'duckdb' ? 'shop.dev' : 'quern_lineage.dev'
    const input = (name: string, field: string, ...transformations: string[][]): unknown => ({
      namespace,
      name: `${prefix}.${name}`,
      field,
      transformations: transformations.map(([type, subtype]) => ({ type, subtype, description: '', masking: false })),
    })
    expect(event.schemaURL).toBe('https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent')
    expect(event.inputs).toEqual([
      { namespace, name: `${prefix}.stg_orders` },
      { namespace, name: `${prefix}.raw_customers` },
    ])
    const [{ namespace: own, name, facets }] = event.outputs
    expect({ own, name }).toEqual({ own: namespace, name: `${prefix}.orders_enriched` })
    const { fields, dataset } = facets.columnLineage
    expect(fields.customer_name).toEqual({
      inputFields: [input('raw_customers', 'full name', ['DIRECT', 'TRANSFORMATION'])],
    })
    expect(fields.amount).toEqual({ inputFields: [input('stg_orders', 'amount', ['DIRECT', 'IDENTITY'])] })
    expect(fields.nr).toEqual({
      inputFields: [
        input('stg_orders', 'customer_id', ['INDIRECT', 'WINDOW']),
        input('stg_orders', 'ordered_at', ['INDIRECT', 'WINDOW']),
      ],
    })
    const byField = (one: { name: string; field: string }, other: { name: string; field: string }): number =>
      `${one.name}.${one.field}` < `${other.name}.${other.field}` ? -1 : 1
    expect(dataset.sort(byField)).toEqual([
      input('raw_customers', 'city', ['INDIRECT', 'FILTER']),
      input('raw_customers', 'id', ['INDIRECT', 'JOIN']),
      input('stg_orders', 'customer_id', ['INDIRECT', 'JOIN'], ['INDIRECT', 'WINDOW']),
      input('stg_orders', 'ordered_at', ['INDIRECT', 'WINDOW']),
    ])
  })

  test('says what it does not know, for those models alone', { timeout: 60_000 }, async () => {
    const nodes = await lineage('--vars', '{people: true}', '--upstream', '--downstream')
    const incomplete = Object.entries(nodes).filter(([, { status }]) => status !== 'complete')
    const where = database === 'duckdb' ? 'shop.dev.people' : 'quern_lineage.dev.people'
    expect(Object.fromEntries(incomplete.map(([id, { status, reason }]) => [id, `${status}: ${reason}`]))).toEqual({
      'model.shop.from_people': `partial: the columns of ${where} are not all known, so that * cannot be written out (line 2 of the compiled SQL)`,
      'model.shop.names_of_people': 'partial: there is no column o.nope (line 2 of the compiled SQL)',
      'model.shop.broken':
        'failed: its SQL cannot be analysed: syntax error at or near "selec" (line 2 of the compiled SQL)',
    })
    expect(Object.keys(nodes['model.shop.from_people']?.columns ?? {})).toEqual(['id', 'name'])
    expect(nodes['model.shop.names_of_people']?.columns['born']?.sources).toEqual([
      { node: 'source.shop.raw.people', column: 'born', how: 'copied' },
    ])
    expect(nodes['model.shop.below_broken']?.columns['id']?.sources).toEqual([
      { node: 'model.shop.broken', column: 'id', how: 'copied' },
    ])
    expect((await run('lineage', '-q', 'broken', '--vars', '{people: true}')).exit).toBe(1)
  })

  test('asks for names that are there', async () => {
    const asked = async (...args: string[]): Promise<string> => {
      const { exit, stdout, stderr } = await run('lineage', ...args)
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
      return stderr
    }
    expect(await asked('stg_ordrs.amount')).toContain(
      "No model, seed, snapshot or source is called 'stg_ordrs.amount'\n  hint: did you mean 'stg_orders'?",
    )
    expect(await asked('stg_orders.amuont')).toContain(
      "No column 'amuont' of stg_orders is known\n  hint: did you mean 'amount'?",
    )
    expect(await asked('stg_orders', '--select', 'totals')).toContain(
      "'--select' cannot be given together with a model.",
    )
    expect(await asked('stg_orders', '--depth', '0')).toContain("Invalid value for '--depth': 0 is less than 1.")
  })
})
