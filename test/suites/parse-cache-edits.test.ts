import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { parseOnce } from '../support/parse-twice.ts'

const work = realpathSync(mkdtempSync(join(tmpdir(), 'quern-parse-edits-')))
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** Milliseconds by which the clock is ahead: each parse has a time of its own, and files that were written just now are old for it. */
let ahead = 0
const start = performance.now()
vi.spyOn(performance, 'now').mockImplementation(() => start + ahead)

const FILES: Readonly<Record<string, string>> = {
  'dbt_project.yml': [
    'name: shop',
    'profile: shop',
    'flags: {require_generic_test_arguments_property: true}',
    'models: {shop: {marts: {+materialized: table, +tags: [mart]}}}',
  ].join('\n'),
  'profiles.yml': 'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: x.duckdb}\n',
  'seeds/towns.csv': 'id,name\n1,Rye\n',
  'seeds/towns.yml':
    'seeds:\n  - name: towns\n    description: All towns\n    columns: [{name: id, data_tests: [unique]}]\n',
  'models/raw.yml': 'sources: [{name: raw, tables: [{name: sales}, {name: people}]}]\n',
  'models/docs.md': '{% docs a_sale %}One sale{% enddocs %}',
  'models/stg_sales.sql': "select * from {{ source('raw', 'sales') }}",
  'models/stg_people.sql': "select * from {{ source('raw', 'people') }}",
  'models/marts/sales.sql': "{{ config(meta={'a': 1}) }} select * from {{ ref('stg_sales') }}",
  'models/marts/totals.sql': "select * from {{ ref('sales') }} join {{ ref('towns') }} using (id)",
  'models/schema.yml': `models:
  - name: stg_sales
    description: Sales as they come
    columns:
      - name: id
        description: the key
        data_tests: [unique, not_null]
  - name: stg_people
    description: "{{ doc('a_sale') }}"
`,
  'models/marts/schema.yml': `models:
  - name: sales
    config: {tags: [daily]}
    columns:
      - name: id
        data_tests:
          - unique
          - accepted_values: {arguments: {values: [1, 2]}}
          - relationships: {arguments: {to: ref('stg_sales'), field: id}}
exposures:
  - {name: board, type: dashboard, owner: {email: x@y.z}, depends_on: [ref('totals')]}
`,
}

/** One text of a file in the place of another. `again`: ids of the nodes that are made again; undefined: everything is parsed. */
interface Edit {
  readonly what: string
  readonly path: string
  readonly from: string
  readonly to: string
  readonly again: readonly string[] | undefined
}
const edit = (what: string, path: string, from: string, to: string, again: Edit['again']): Edit => ({
  what,
  path,
  from,
  to,
  again,
})
const SALES_TESTS = ['accepted_values_sales_id__1__2', 'relationships_sales_id__id__ref_stg_sales_', 'unique_sales_id']
const STG_TESTS = ['not_null_stg_sales_id', 'unique_stg_sales_id']
const EDITS: readonly Edit[] = [
  edit(
    'a value that is no data',
    'models/schema.yml',
    'description: Sales',
    'meta: {at: 2020-01-01 00:00:00+02:00}\n    description: Sales',
    undefined,
  ),
  edit('a description', 'models/schema.yml', 'as they come', 'as they are', [...STG_TESTS, 'stg_sales']),
  edit('a description with doc()', 'models/schema.yml', 'as they come', '"{{ doc(\'a_sale\') }}"', [
    ...STG_TESTS,
    'stg_sales',
  ]),
  edit('two entries', 'models/schema.yml', '\n    description: ', '\n    meta: {a: b}\n    description: ', [
    'stg_people',
    ...STG_TESTS,
    'stg_sales',
  ]),
  edit('a column', 'models/schema.yml', 'the key', 'a key', [...STG_TESTS, 'stg_sales']),
  edit('tags in properties', 'models/marts/schema.yml', '[daily]', '[daily, big]', [...SALES_TESTS, 'sales']),
  edit('the config of a test', 'models/marts/schema.yml', '- unique', '- unique: {config: {severity: warn}}', [
    ...SALES_TESTS,
    'sales',
  ]),
  edit('a text', 'models/stg_people.sql', 'select *', 'select 1, *', []),
  edit('a config call', 'models/marts/sales.sql', "{'a': 1}", "{'a': 2}", [...SALES_TESTS, 'sales']),
  edit('a materialization', 'models/marts/sales.sql', "meta={'a': 1}", "materialized='view'", [
    ...SALES_TESTS,
    'sales',
  ]),
  edit('a ref more', 'models/marts/totals.sql', 'using (id)', "using (id) join {{ ref('stg_people') }} using (id)", [
    'totals',
  ]),
  edit('a ref less', 'models/marts/totals.sql', "join {{ ref('towns') }} using (id)", '', ['totals']),
  edit('a source for a ref', 'models/marts/sales.sql', "ref('stg_sales')", "source('raw', 'sales')", [
    ...SALES_TESTS,
    'sales',
  ]),
  edit('a seed', 'seeds/towns.yml', 'All towns', 'Every town', ['towns', 'unique_towns_id']),
  // what others see of a node, nodes that come and go, other resources, mistakes: all is parsed
  edit('an alias', 'models/marts/sales.sql', "meta={'a': 1}", "alias='bargains'", undefined),
  edit('a schema', 'models/marts/schema.yml', 'tags: [daily]', 'schema: other', undefined),
  edit(
    'a model switched off',
    'models/schema.yml',
    'description: "{{',
    'config: {enabled: false}\n    description: "{{',
    undefined,
  ),
  edit('access', 'models/schema.yml', 'description: "{{', 'access: private\n    description: "{{', undefined),
  edit('another test', 'models/schema.yml', '[unique, not_null]', '[unique]', undefined),
  edit('the arguments of a test', 'models/marts/schema.yml', '[1, 2]', '[1, 2, 3]', undefined),
  edit(
    'another entry',
    'models/schema.yml',
    '  - name: stg_people',
    '  - name: totals\n  - name: stg_people',
    undefined,
  ),
  edit(
    'an entry less',
    'models/schema.yml',
    '  - name: stg_people\n    description: "{{ doc(\'a_sale\') }}"\n',
    '',
    undefined,
  ),
  edit('an exposure', 'models/marts/schema.yml', 'x@y.z', 'z@y.z', undefined),
  edit('a source', 'models/raw.yml', 'name: people', 'name: people, description: All', undefined),
  edit(
    'a deprecation',
    'models/schema.yml',
    'description: "{{',
    "deprecation_date: '2000-01-01'\n    description: \"{{",
    undefined,
  ),
  edit(
    'a model that sees the graph',
    'models/stg_people.sql',
    'select *',
    'select {{ graph.nodes | length }}',
    undefined,
  ),
  edit('a name that there is not', 'models/marts/totals.sql', "ref('sales')", "ref('sails')", undefined),
  edit('a section that is no list', 'models/schema.yml', 'columns:', 'columns: 1 #', undefined),
  edit('a config that is none', 'models/marts/schema.yml', 'tags: [daily]', 'tags: {a: 1}', undefined),
  edit('a cycle', 'models/stg_people.sql', 'select *', "select {{ ref('stg_people') }}", undefined),
]

let count = 0
class Project {
  readonly folder = join(work, String(++count))
  readonly texts = new Map(Object.entries(FILES))

  constructor() {
    for (const [path, text] of this.texts) this.put(path, text)
  }
  put(path: string, text: string): void {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    this.texts.set(path, text)
  }
  /** False when the text is not there. */
  make({ path, from, to }: Edit): boolean {
    const text = this.texts.get(path)!
    if (!text.includes(from)) return false
    this.put(
      path,
      text.replaceAll(from, () => to),
    )
    return true
  }
  takeBack({ path }: Edit): void {
    this.put(path, FILES[path]!)
  }
  /** Parses warm and cold, and compares. Gives the names of the nodes that the warm parse made; undefined when it failed. */
  async check(): Promise<string[] | undefined> {
    ahead += 5000
    const before = performance.timeOrigin + performance.now() - 1000
    const warm = await parseOnce(this.folder, {})
    const file = join(this.folder, 'target/manifest.json')
    const made = warm.manifest === '' ? undefined : madeSince(file, before / 1000)
    const cold = await parseOnce(this.folder, { cold: true })
    expect(warm.told).toEqual(cold.told)
    expect(warm.manifest).toBe(cold.manifest)
    return made
  }
}

function madeSince(file: string, seconds: number): string[] {
  const { nodes } = JSON.parse(readFileSync(file, 'utf8')) as { nodes: Record<string, { created_at: number }> }
  return Object.entries(nodes)
    .filter(([, node]) => node.created_at >= seconds)
    .map(([id]) => id.split('.')[2]!)
    .sort()
}

describe('an edit makes the nodes again that it touches, and the outcome is that of a cold parse', () => {
  test.each(EDITS)('$what', { timeout: 60_000 }, async (one) => {
    const project = new Project()
    const all = await project.check()
    expect(all).toHaveLength(11)
    expect(await project.check()).toEqual([])
    expect(project.make(one)).toBe(true)
    const made = await project.check()
    expect(made).toEqual(
      one.again === undefined ? (made === undefined ? undefined : expect.any(Array)) : [...one.again].sort(),
    )
    if (one.again === undefined && made !== undefined) expect(made.length).toBeGreaterThan(8)
    project.takeBack(one)
    await project.check()
    expect(await project.check()).toEqual([])
  })

  test('one edit after the other', { timeout: 300_000 }, async () => {
    const step = fc.record({ at: fc.nat({ max: EDITS.length - 1 }), back: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 12 }), async (steps) => {
        const project = new Project()
        await project.check()
        for (const { at, back } of steps) {
          if (back) project.takeBack(EDITS[at]!)
          else project.make(EDITS[at]!)
          await project.check()
        }
      }),
      {
        numRuns: Number(process.env['QUERN_CACHE_RUNS'] ?? 5),
        seed: Number(process.env['QUERN_CACHE_SEED'] ?? 20261130),
      },
    )
  })
})
