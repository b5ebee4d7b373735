import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export type Database = 'duckdb' | 'postgres'
export type Step = 1 | 2

/** Rows of step 1; step 2 has twice as many, less those that were deleted. */
const ROWS_OF_STEP = 600

/**
 * The rows that everything is made of. All of them say which step they are of (`v`), so that a relation that mixes two versions is told from
 * one that does not. In step 2 there are new rows, deleted ones, changed ones and a new column.
 */
const SOURCE_ROWS = `{{ config(materialized='table', event_time='day_at', indexes=[{'columns': ['id'], 'unique': true}],
  grants={'select': ['faults_reader']} if target.type == 'postgres' else {}) }}
select id, {{ var('step') }} as v, 'name ' || (id % 7) as name, cast(id % (10 + {{ var('step') }}) as integer) as amount,
  timestamp '2024-01-01 00:00:00' + interval '1 day' * (id % 4) as day_at,
  timestamp '2024-01-01 00:00:00' + interval '1 minute' * id
    + interval '1 day' * (case when {{ var('step') }} = 2 and id % 5 = 0 then 1 else 0 end) as updated_at
  {%- if var('step') == 2 %}, 'new ' || id as extra {%- endif %}
from generate_series(1, ${ROWS_OF_STEP} * {{ var('step') }}) as rows_of(id)
where {{ var('step') }} = 1 or id % 11 <> 0`

const incremental = (config: string, where = ''): string =>
  `{{ config(materialized='incremental', ${config}) }}\nselect * from {{ ref('source_rows') }}\n{% if is_incremental() %}${where}{% endif %}`
const snapshot = (name: string, config: string): string =>
  `{% snapshot ${name} %}{{ config(unique_key='id', ${config}) }}\nselect id, name, amount, updated_at from {{ ref('source_rows') }}\n{% endsnapshot %}`
const external = (config: string): string =>
  `{{ config(materialized='external', ${config}) }}\nselect id, v, name, id % 4 as bucket from {{ ref('source_rows') }}`

const COMMON: Readonly<Record<string, string>> = {
  'dbt_project.yml':
    'name: faults\nprofile: faults\nvars: {step: 1}\nflags: {send_anonymous_usage_stats: false}\nmodels: {faults: {+on_configuration_change: apply}}\nseeds: {faults: {letters: {+indexes: [{columns: [letter]}]}}}\n',
  'models/source_rows.sql': SOURCE_ROWS,
  'models/contracted.sql':
    "{{ config(materialized='table') }}\nselect cast(id as integer) as id, cast(name as varchar) as name, cast(v as integer) as v from {{ ref('source_rows') }}",
  'models/schema.yml': `models:
  - name: contracted
    config: {contract: {enforced: true}}
    columns:
      - {name: id, data_type: integer, constraints: [{type: not_null}]}
      - {name: name, data_type: varchar}
      - {name: v, data_type: integer}
`,
  'models/plain_view.sql': "select id, name, v, 'as of {{ var('step') }}' as written from {{ ref('source_rows') }}",
  'models/view_of_view.sql': "select v, count(*) as n, min(id) as lowest from {{ ref('plain_view') }} group by v",
  'models/seed_view.sql': "select letter, v from {{ ref('letters') }}",
  'models/appended.sql': incremental(
    "incremental_strategy='append', on_schema_change='append_new_columns'",
    'where id > (select max(id) from {{ this }})',
  ),
  'models/replaced.sql': incremental(
    "incremental_strategy='delete+insert', unique_key='id', on_schema_change='sync_all_columns'",
    "where updated_at > (select max(updated_at) - interval '2 days' from {{ this }})",
  ),
  'models/merged.sql': incremental(
    "incremental_strategy='merge', unique_key=['id', 'name'], on_schema_change='append_new_columns'",
  ),
  // rows of a batch are replaced by their time on DuckDB, by their key on Postgres
  'models/batched.sql': `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='day_at', begin='2024-01-01',
    batch_size='day', unique_key='id' if target.type == 'postgres' else none) }}
    select id, v, name, day_at from {{ ref('source_rows') }}`,
  'models/summary.sql':
    "{{ config(materialized='table') }}\nselect v, name, count(*) as n, sum(amount) as total from {{ ref('merged') }} group by v, name",
  'models/over_merged.sql': "select id, v from {{ ref('merged') }}",
  'snapshots/by_time.sql': snapshot('by_time', "strategy='timestamp', updated_at='updated_at'"),
  'snapshots/by_columns.sql': snapshot(
    'by_columns',
    "strategy='check', check_cols=['name', 'amount'], hard_deletes='invalidate'",
  ),
  'snapshots/with_deletions.sql': snapshot(
    'with_deletions',
    "strategy='timestamp', updated_at='updated_at', hard_deletes='new_record'",
  ),
  'tests/some_failures.sql':
    "{{ config(store_failures=true, severity='warn', alias='some_failures') }}\nselect id, v from {{ ref('source_rows') }} where id % 50 = 0",
}

const OWN: Readonly<Record<Database, Readonly<Record<string, string>>>> = {
  duckdb: {
    'models/ext_parquet.sql': external("location='out/rows.parquet'"),
    'models/ext_csv.sql': external("location='out/rows.csv', format='csv'"),
    'models/ext_parts.sql': external("location='out/parts', options={'partition_by': 'bucket', 'overwrite': true}"),
  },
  postgres: {
    'models/totals.sql':
      "{{ config(materialized='materialized_view', indexes=[{'columns': ['v']}]) }}\nselect v, count(*) as n, min(id) as lowest from {{ ref('replaced') }} group by v",
  },
}

/** A seed whose rows say their step; with `wide` it has another column as well. */
function seedFile(step: Step, wide: boolean): string {
  const rows = Array.from({ length: 200 * step }, (_, at) => `letter ${at},${step}${wide ? `,${at % 3}` : ''}`)
  return `letter,v${wide ? ',third' : ''}\n${rows.join('\n')}\n`
}

/** Writes the project and its profile into a folder. */
export function writeProject(folder: string, database: Database, output: object): void {
  const files = { ...COMMON, ...OWN[database] }
  for (const [path, text] of Object.entries(files)) put(folder, path, text)
  for (const made of ['seeds', ...(database === 'duckdb' ? ['out'] : [])])
    mkdirSync(join(folder, made), { recursive: true })
  put(folder, 'profiles.yml', JSON.stringify({ faults: { target: 'dev', outputs: { dev: output } } }))
}

/** Brings the seed of a step into the project; columns can only change with --full-refresh. */
export function writeSeed(folder: string, step: Step, wide = false): void {
  put(folder, 'seeds/letters.csv', seedFile(step, wide))
}

function put(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

/** The arguments that build a step. */
export const buildArgs = (step: Step, ...more: string[]): string[] => [
  'build', '--vars', `step: ${step}`, '--event-time-start', '2024-01-01', '--event-time-end', '2024-01-05', ...more,
] // biome-ignore format: one list

/** One thing that is looked at from outside: a relation, a part of one, or a file. */
export interface Target {
  readonly name: string
  /** Gives one text for all rows, with the names of the columns; `$` stands for the schema. */
  readonly sql: string
  /** A single file, to be opened once: `sql` says `@` for it. DuckDB opens a file twice when it reads it, and the second may be another by then. */
  readonly file?: string
  /** Is made of committed parts (batches), of which those that are not there yet are missing without being lost. */
  readonly grows?: boolean
  /** Postgres drops it with what it reads from, and it is made again later in the run. */
  readonly falls?: boolean
}

/** Times that are those of the run are told apart from null only. */
const OF_RUN = ['dbt_valid_from', 'dbt_valid_to', 'dbt_updated_at', 'dbt_scd_id']

const rowTexts: Readonly<Record<Database, (from: string, columns: string, ofRun: boolean) => string>> = {
  postgres: (from, columns, ofRun) => {
    const row = ofRun
      ? `(to_jsonb(t) - array['${OF_RUN.join("','")}']) || jsonb_build_object('ends', t.dbt_valid_to is null)`
      : 'to_jsonb(t)'
    return `select count(*) || ' rows ' || coalesce(md5(string_agg(r, ' ' order by r)), '') from (select (${row})::text as r from (select ${columns} from ${from}) t) u`
  },
  duckdb: (from, columns, ofRun) => {
    const list = ofRun ? `* exclude (${OF_RUN.join(', ')}), dbt_valid_to is null as ends` : columns
    return `select count(*) || ' rows ' || coalesce(md5(string_agg(r, ' ' order by r)), '') from (select cast(to_json(t) as varchar) as r from (select ${list} from ${from}) t) u`
  },
}

/** Everything that a build of the project makes. */
export function targetsOf(database: Database): Target[] {
  const whole = (from: string, columns = '*', ofRun = false): string => rowTexts[database](from, columns, ofRun)
  const relation = (name: string): Target => ({ name, sql: whole(`$.${name}`) })
  const days = [1, 2, 3, 4].map((day) => `2024-01-0${day}`)
  const shared: Target[] = [
    ...[
      'source_rows',
      'contracted',
      'appended',
      'replaced',
      'merged',
      'summary',
      'letters',
      'seed_view',
      'view_of_view',
      'over_merged',
    ].map(relation),
    // a view's definition and the rows that it shows change at different moments
    { name: 'plain_view', sql: whole('$.plain_view', 'id, name, v') },
    { name: 'definition of plain_view', sql: "select string_agg(distinct written, ', ') from $.plain_view" },
    ...days.map((day) => ({
      name: `batched on ${day}`,
      sql: whole(`(select * from $.batched where cast(day_at as date) = date '${day}') d`),
      grows: true,
    })),
    { name: 'by_time', sql: whole('$.by_time') },
    ...['by_columns', 'with_deletions'].map((name) => ({ name, sql: whole(`$.${name}`, '*', true) })),
    { name: 'some_failures', sql: whole('$_dbt_test__audit.some_failures') },
  ]
  return database === 'postgres' ? [...shared, { ...relation('totals'), falls: true }] : [...shared, ...fileTargets()]
}

/** What DuckDB writes outside of its database; paths are relative to the project. */
export function fileTargets(): Target[] {
  const whole = (from: string): string => rowTexts.duckdb(from, '*', false)
  return [
    { name: 'out/rows.parquet', file: 'out/rows.parquet', sql: whole("read_parquet('@')") },
    { name: 'out/rows.csv', file: 'out/rows.csv', sql: whole("read_csv('@', header = true, strict_mode = true)") },
    { name: 'out/parts', sql: whole("read_parquet('out/parts/*/*.parquet')") },
  ]
}
