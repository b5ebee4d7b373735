import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterEach, describe, expect, inject, test } from 'vitest'
import type { DatabaseName } from '../support/golden-case.ts'
import { type WrittenProject, writtenProject } from '../support/written-project.ts'

/*
 * Names that come from data or from configs are names and nothing else, whatever is in them: a table `victim` is there before, and with all its rows
 * after, and what was named so is there under just that name.
 */
const DATABASES: readonly DatabaseName[] = ['duckdb', 'postgres']

/** What ends an identifier, a literal, a comment or a statement, with a command behind it. */
const HOSTILE = [
  'x"; drop table golden.victim; --',
  "x'; drop table golden.victim; --",
  'x\\',
  'x;drop table golden.victim',
  'x*/ drop table golden.victim; /*',
  'x$$; drop table golden.victim; $$',
  'x) as y; drop table golden.victim; --',
  '"',
  "''",
  '""',
  'x%s',
  'x.y',
  'ä "ö"',
  'select',
] as const

/** As YAML and CSV write it. */
const json = JSON.stringify
const csv = (text: string): string => `"${text.replaceAll('"', '""')}"`
const sql = (text: string): string => `"${text.replaceAll('"', '""')}"`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
/** A text in a template. */
const jinja = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

let project: WrittenProject | undefined
afterEach(async () => {
  await project?.remove()
  project = undefined
})

let count = 0
async function start(database: DatabaseName, files: Readonly<Record<string, string>>): Promise<WrittenProject> {
  project = await writtenProject(`hostile_${++count}`, database, inject('postgres'), {
    'dbt_project.yml': "name: shop\nversion: '1.0'\nprofile: golden\nflags: {send_anonymous_usage_stats: false}\n",
    'seeds/victim.csv': 'id\n1\n2\n3\n',
    ...files,
  })
  const { exit, stdout } = await project.run('seed', '--select', 'victim')
  expect(exit, stdout).toBe(0)
  return project
}

interface Dumped {
  readonly schema: string
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

const tables = async (of: WrittenProject): Promise<Dumped[]> =>
  (await of.tables()).map(({ columns, ...table }) => ({ ...table, columns: columns.map(([column]) => column) }))

async function unharmed(of: WrittenProject): Promise<Dumped[]> {
  const all = await tables(of)
  expect(all.find(({ name }) => name === 'victim')?.rows).toHaveLength(3)
  return all
}

describe.each(DATABASES)('%s', (database) => {
  test('headers and values of seeds, by every way of loading', { timeout: 120_000 }, async () => {
    // names that differ in case only would be one
    const text = `${HOSTILE.map(csv).join(',')}\n${HOSTILE.map(csv).join(',')}\n`
    const ways: Record<string, string> = {
      plain: '{}',
      slow: '{fast: false}',
      typed: `{column_types: {${json(HOSTILE[0])}: text}}`,
    }
    const seeds = Object.keys(ways).map((name) => `{name: ${name}, config: ${ways[name]}}`)
    const files = Object.fromEntries(Object.keys(ways).map((name) => [`seeds/${name}.csv`, text]))
    const of = await start(database, { ...files, 'seeds/seeds.yml': `seeds: [${seeds.join(', ')}]\n` })
    for (const again of [[], ['--full-refresh'], []]) {
      const { exit, stdout } = await of.run('seed', ...again)
      expect(exit, stdout).toBe(0)
      const all = await unharmed(of)
      for (const name of Object.keys(ways)) {
        const table = all.find((one) => one.name === name)
        expect(table?.columns, name).toEqual(HOSTILE)
        expect(
          table?.rows.map((row) => row.map(String)),
          name,
        ).toEqual([HOSTILE])
      }
    }
  })

  test('headers of seeds that are to stand without quotes', { timeout: 120_000 }, async () => {
    const one = (name: string): string => `${csv(name)}\n1\n`
    const files = Object.fromEntries(HOSTILE.map((name, at) => [`seeds/s${at}.csv`, one(name)]))
    const of = await start(database, {
      ...files,
      'seeds/größe.csv': 'größe\n1\n',
      'dbt_project.yml': 'name: shop\nprofile: golden\nseeds: {+quote_columns: false}\n',
    })
    const { exit, stdout } = await of.run('seed')
    expect(exit).toBe(1)
    await unharmed(of)
    const results = of.results()
    expect(results['seed.shop.größe']?.status).toBe('success')
    for (const [at, name] of HOSTILE.entries()) {
      const { status, message } = results[`seed.shop.s${at}`]!
      // `select` is a name for us, and none for the databases
      expect([name, status, message?.toLowerCase()], stdout).toEqual([
        name,
        'error',
        expect.stringContaining('syntax error'),
      ])
    }
  })

  test('columns of models: incremental ones that grow, snapshots, contracts, stored failures, the catalog', {
    timeout: 180_000,
  }, async () => {
    const columns = (list: readonly string[], value = ''): string =>
      list.map((name) => `${literal(name + value)} as ${sql(name)}`).join(', ')
    const grown = `{% if is_incremental() %}select 2 as id, ${columns(HOSTILE)}{% else %}select 1 as id, ${columns(HOSTILE.slice(0, 3))}{% endif %}`
    const of = await start(database, {
      'models/grown.sql': `{{ config(materialized='incremental', unique_key='id', on_schema_change='sync_all_columns') }} ${grown}`,
      'models/appended.sql': `{{ config(materialized='incremental', on_schema_change='append_new_columns', incremental_strategy='append') }} ${grown}`,
      'models/contracted.sql': `{{ config(materialized='table', contract={'enforced': true}) }} select ${columns(HOSTILE)}`,
      'models/documented.sql': `{{ config(materialized='table', persist_docs={'relation': true, 'columns': true}) }} select ${columns(HOSTILE)}`,
      'models/models.yml': `models: [{name: contracted, columns: [${HOSTILE.map((name) => `{name: ${json(name)}, quote: true, data_type: ${database === 'duckdb' ? 'varchar' : 'text'}}`)}]}, {name: documented, description: ${json(HOSTILE.join('\n'))}, columns: [${HOSTILE.map((name) => `{name: ${json(name)}, quote: ${name === 'select'}, description: ${json(HOSTILE.join('\n'))}}`)}]}]`,
      'snapshots/kept.sql': `{% snapshot kept %}{{ config(unique_key='id', strategy='check', check_cols='all', target_schema='golden', hard_deletes='new_record') }} select 1 as id, ${columns(HOSTILE, '{{ var("v", 1) }}')}{% endsnapshot %}`,
      'tests/failing.sql': `{{ config(store_failures=true) }} select ${columns(HOSTILE)}`,
    })
    for (const vars of ['{v: 1}', '{v: 2}']) {
      const { stdout } = await of.run('build', '--exclude', 'resource_type:seed', '--vars', vars)
      expect(stdout).toContain('PASS=5 WARN=0 ERROR=1')
      expect(of.results()['test.shop.failing']?.failures, stdout).toBe(1)
    }
    const docs = await of.run('docs', 'generate')
    expect(docs.exit, docs.stdout).toBe(0)
    const all = await unharmed(of)
    for (const name of ['grown', 'appended'])
      expect(all.find((one) => one.name === name)?.columns).toEqual(['id', ...HOSTILE])
    for (const name of ['contracted', 'documented', 'failing'])
      expect(all.find((one) => one.name === name)?.columns).toEqual(HOSTILE)
    expect(all.find(({ name }) => name === 'kept')?.rows).toHaveLength(2)
    const catalog = JSON.parse(readFileSync(join(of.folder, 'target/catalog.json'), 'utf8')) as {
      nodes: Record<string, { columns: Record<string, { comment: string }>; metadata: { comment: string } }>
    }
    const { columns: described, metadata } = catalog.nodes['model.shop.documented']!
    expect(metadata.comment).toBe(HOSTILE.join('\n'))
    expect(Object.entries(described).map(([name, { comment }]) => [name, comment])).toEqual(
      HOSTILE.map((name) => [name, HOSTILE.join('\n')]),
    )
  })

  test('schemas, aliases, sources, indexes, stored failures, and comments of queries', {
    timeout: 240_000,
  }, async () => {
    const models = HOSTILE.flatMap((name, at) =>
      ['table', 'view', 'incremental'].map((kind) => [
        `models/${kind}_${at}.sql`,
        `{{ config(materialized='${kind}', schema=${jinja(name)}, alias=${jinja(`${kind[0]}${name}`)} ${kind === 'table' ? ", indexes=[{'columns': ['id']}]" : ''}) }} select 1 as id`,
      ]),
    )
    const readers = HOSTILE.map((_, at) => [
      `models/reader_${at}.sql`,
      `{{ config(materialized='table') }} select * from {{ ref('table_${at}') }} union all select * from {{ source('raw_${at}', 'one') }}`,
    ])
    const snapshots = HOSTILE.map((name, at) => [
      `snapshots/kept_${at}.sql`,
      `{% snapshot kept_${at} %}{{ config(unique_key='id', strategy='check', check_cols='all', target_schema=${jinja(name)}, alias=${jinja(`k${name}`)}) }} select 1 as id{% endsnapshot %}`,
    ])
    const sources = HOSTILE.map(
      (name, at) => `{name: raw_${at}, schema: ${json(name)}, tables: [{name: one, identifier: ${json(`v${name}`)}}]}`,
    )
    const tested = HOSTILE.map(
      (name, at) =>
        `{name: reader_${at}, columns: [{name: id, data_tests: [{relationships: {name: rel_${at}, arguments: {to: "ref('table_${at}')", field: id}, config: {store_failures: true, alias: ${json(`f${name}`)}, schema: ${json(name)}}}}]}]}`,
    )
    const of = await start(database, {
      'dbt_project.yml': `name: shop\nversion: '1.0'\nprofile: golden\nquery-comment: ${json(HOSTILE.filter((name) => !name.includes('*/')).join(' '))}\n`,
      'macros/names.sql': '{% macro generate_schema_name(custom, node) %}{{ custom or target.schema }}{% endmacro %}',
      ...Object.fromEntries([...models, ...readers, ...snapshots]),
      'models/models.yml': `sources: [${sources.join(', ')}]\nmodels: [${tested.join(', ')}]`,
    })
    for (const args of [
      ['run', '--exclude', 'resource_type:seed', 'reader_*'],
      ['build', '--exclude', 'resource_type:seed'],
      ['build', '--exclude', 'resource_type:seed', '--full-refresh'],
      ['docs', 'generate'],
    ]) {
      const { exit, stdout } = await of.run(...args)
      expect(exit, stdout).toBe(0)
    }
    const all = await unharmed(of)
    for (const [at, name] of HOSTILE.entries()) {
      const made = all.filter(({ schema }) => schema === name).map((one) => one.name)
      expect(made.sort()).toEqual(['t', 'v', 'i', 'k', 'f'].map((kind) => kind + name).sort())
      expect(all.find((one) => one.name === `reader_${at}`)?.rows).toHaveLength(2)
    }
  })

  test('values of unit tests', { timeout: 60_000 }, async () => {
    const rows = HOSTILE.map((name) => `{id: ${json(name)}}`).join(', ')
    const of = await start(database, {
      'models/one.sql': `{{ config(materialized='table') }} select ${literal('a')} as id`,
      'models/two.sql': "select id from {{ ref('one') }}",
      'models/models.yml': `unit_tests: [{name: same, model: two, given: [{input: "ref('one')", rows: [${rows}]}], expect: {rows: [${rows}]}}]`,
    })
    const { exit, stdout } = await of.run('build', '--exclude', 'resource_type:seed')
    expect(exit, stdout).toBe(0)
    await unharmed(of)
  })

  test('a NUL byte is refused, and so is the end of a comment in a comment', { timeout: 60_000 }, async () => {
    const of = await start(database, {
      'dbt_project.yml':
        "name: shop\nversion: '1.0'\nprofile: golden\nquery-comment: \"{{ '*' ~ '/ drop table golden.victim; /*' }}\"\n",
      'models/m.sql': 'select 1 as id',
    }).catch((error: unknown) => error as Error)
    // the comment is of every statement: nothing runs with it
    expect(String(of)).toContain('*/')
    await project?.remove()
    const other = await start(database, {
      'seeds/nul.csv': 'a\0b\n1\n',
      'models/m.sql': `{{ config(alias='a\0b') }} select 1 as id`,
    })
    const { stdout } = await other.run('build')
    expect(stdout).not.toMatch(/\n\s+at /)
    await unharmed(other)
  })
})

test('grantees and privileges of Postgres', { timeout: 60_000 }, async () => {
  const names = HOSTILE.filter((name) => name !== '"' && name !== '""' && name !== 'ä "ö"')
  const server = inject('postgres')
  const of = await start('postgres', {
    'models/granted.sql': `{{ config(materialized='table', grants={'select': [${names.map((name) => jinja(`quern_${name}`)).join(', ')}]}) }} select 1 as id`,
    'models/counted.sql': `{{ config(materialized='incremental', grants={'select': var('to', [])}) }} select 1 as id`,
  })
  const admin = new pg.Client({ ...server })
  await admin.connect()
  const roles = names.map((name) => `quern_${name}`)
  try {
    for (const role of roles) {
      await admin.query(`drop role if exists ${admin.escapeIdentifier(role)}`)
      await admin.query(`create role ${admin.escapeIdentifier(role)}`)
    }
    for (const to of [roles.slice(0, 4), roles.slice(2), []]) {
      const { exit, stdout } = await of.run('run', '--vars', json({ to }))
      expect(exit, stdout).toBe(0)
    }
    await unharmed(of)
  } finally {
    await of.remove()
    project = undefined
    for (const role of roles) await admin.query(`drop role if exists ${admin.escapeIdentifier(role)}`)
    await admin.end()
  }
})

test('paths of files on DuckDB: seeds, external models, sources of files', { timeout: 60_000 }, async () => {
  const name = "it's; drop table golden.victim; --"
  const of = await start('duckdb', {
    'models/out.sql': `{{ config(materialized='external', location=${jinja(`{{ env_var('GOLDEN_DUCKDB_PATH') }}.${name}.csv`)}, format='csv') }} select 1 as id`,
    'models/empty.sql': `{{ config(materialized='external', location=${jinja(`{{ env_var('GOLDEN_DUCKDB_PATH') }}.${name}.parquet`)}) }} select 1 as ${sql('x" is null; drop table golden.victim; --')} where false`,
    'models/reader.sql': "{{ config(materialized='table') }} select * from {{ ref('out') }}",
    [`seeds/${name.replaceAll(';', '')}/inner.csv`]: 'id\n1\n',
  })
  for (let run = 0; run < 2; run++) {
    const { exit, stdout } = await of.run('build')
    expect(exit, stdout).toBe(0)
  }
  expect(readFileSync(join(dirname(of.folder), `goldendb.duckdb.${name}.csv`), 'utf8')).toBe('id\n1\n')
  const all = await unharmed(of)
  expect(all.find((one) => one.name === 'reader')?.rows).toEqual([['1']])
  expect(all.find((one) => one.name === 'inner')?.rows).toHaveLength(1)
})
