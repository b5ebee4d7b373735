// Writes synthetic dbt projects, the same bytes for the same numbers:
//
//     node bench/make-project.mjs 1000 FOLDER          a project of 1000 models
//     node bench/make-project.mjs --seed 100000 FOLDER a project of one seed of 100 000 rows
//
// Layers: seeds and a source over their tables -> staging (views) -> intermediate (views, tables, some ephemeral) -> marts (tables, some incremental).
// Every model gives the same eight columns, a row per id of ten-row seeds, so that what is measured is the engine and not the database, and every
// test passes. Four in ten models call macros, var() or loops and have to be rendered before their refs are known; the others hold literal calls only.
// Around them: properties with descriptions, generic tests (as many not_null as there are models), singular tests, macros with properties, docs blocks,
// snapshots, exposures and an analysis. It needs no packages and runs on DuckDB and on Postgres.
//
// profiles.yml reads BENCH_TARGET (duckdb), BENCH_DUCKDB (bench.duckdb), BENCH_PG_HOST/PORT/USER/PASSWORD/DB and BENCH_THREADS (4).
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const ENTITIES =
  'customers orders payments items products suppliers stores employees shipments refunds invoices sessions events campaigns leads accounts'.split(
    ' ',
  )
const VERBS = ['enriched', 'joined', 'daily', 'rollup', 'ranked', 'scored', 'history']
const STATUSES = ['placed', 'shipped', 'completed', 'returned']
const CITIES = ['Delft', 'Gent', '"Turin, IT"', '"St. ""P"""', '']
const COLUMNS = ['id', 'customer_id', 'status', 'amount', 'created_at', 'updated_on', 'is_active', 'note']
const WORDS =
  'the grain is one row per business key and each column is filled by the source system at the time of writing empty values are replaced before they reach the mart'.split(
    ' ',
  )
const MODELS_PER_PROPERTIES_FILE = 50

const MACROS = {
  'money.sql': `{% macro to_units(column_name, scale=2) -%}
  round(cast({{ column_name }} as numeric(18, 4)), {{ scale }})
{%- endmacro %}

{% macro clamp(column_name, low, high) -%}
  least(greatest({{ column_name }}, {{ low }}), {{ high }})
{%- endmacro %}
`,
  'columns.sql': `{% macro standard_columns(alias=none) -%}
  {%- for c in ['id', 'customer_id', 'status', 'amount', 'created_at', 'updated_on', 'is_active', 'note'] %}
    {% if alias %}{{ alias }}.{% endif %}{{ c }}{{ "," if not loop.last }}
  {%- endfor %}
{%- endmacro %}

{% macro blank_to_null(column_name) -%}
  nullif(trim({{ column_name }}), '')
{%- endmacro %}

{% macro text_of(column_name, length=200) -%}
  cast({{ column_name }} as varchar({{ length }}))
{%- endmacro %}

{% macro only_active() -%}
  {%- if not var('include_inactive', true) -%} where is_active {%- endif -%}
{%- endmacro %}

{% macro made_by() -%}
  /* {{ this.name }} for {{ target.name }}: {{ var('made_by', 'nobody') }} */
{%- endmacro %}
`,
  'dates.sql': `{% macro day_of(column_name) -%}
  {{ return(adapter.dispatch('day_of')(column_name)) }}
{%- endmacro %}

{% macro default__day_of(column_name) -%} cast({{ column_name }} as date) {%- endmacro %}

{% macro postgres__day_of(column_name) -%} ({{ column_name }})::date {%- endmacro %}

{% macro since_start(column_name) -%}
  {{ column_name }} >= cast('{{ var("start_date") }}' as timestamp)
{%- endmacro %}
`,
  'pivots.sql': `{% macro status_list() -%}
  {{ return(['placed', 'shipped', 'completed', 'returned']) }}
{%- endmacro %}

{% macro amount_by_status(statuses) -%}
  {%- for s in statuses %}
    sum(case when status = '{{ s }}' then amount else 0 end) as {{ s }}_amount{{ "," if not loop.last }}
  {%- endfor %}
{%- endmacro %}
`,
  'imports.sql': `{% macro import_ref(model_name) -%}
  select * from {{ ref(model_name) }}
{%- endmacro %}

{% macro import_source(table_name) -%}
  select * from {{ source('raw', table_name) }}
{%- endmacro %}
`,
  'not_negative.sql': `{% test not_negative(model, column_name) %}
select {{ column_name }} from {{ model }} where {{ column_name }} < 0
{% endtest %}
`,
}
const DOCUMENTED_MACROS = ['to_units', 'standard_columns', 'day_of', 'status_list']

const PROJECT = `name: bench
version: '1.0.0'
profile: bench
flags:
  send_anonymous_usage_stats: false
  require_generic_test_arguments_property: true
vars:
  start_date: '2020-01-01'
  include_inactive: true
models:
  bench:
    staging: {+materialized: view, +schema: staging}
    intermediate: {+materialized: table, +schema: intermediate}
    marts: {+materialized: table, +schema: marts}
seeds:
  bench: {+schema: raw}
`

const PROFILES = `bench:
  target: "{{ env_var('BENCH_TARGET', 'duckdb') }}"
  outputs:
    duckdb:
      type: duckdb
      path: "{{ env_var('BENCH_DUCKDB', 'bench.duckdb') }}"
      schema: bench
      threads: "{{ env_var('BENCH_THREADS', '4') | as_number }}"
    postgres:
      type: postgres
      host: "{{ env_var('BENCH_PG_HOST', '127.0.0.1') }}"
      port: "{{ env_var('BENCH_PG_PORT', '5432') | as_number }}"
      user: "{{ env_var('BENCH_PG_USER', 'bench') }}"
      password: "{{ env_var('BENCH_PG_PASSWORD', 'bench') }}"
      dbname: "{{ env_var('BENCH_PG_DB', 'bench') }}"
      schema: bench
      threads: "{{ env_var('BENCH_THREADS', '4') | as_number }}"
`

/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const pad = (n, width = 2) => String(n).padStart(width, '0')

/** Exactly four of any ten that begin at a multiple of ten, and no fixed places among them that another rule of the layers would share. */
const needsRendering = (i) => (i * 3 + Math.floor(i / 10)) % 10 < 4

function seedRow(i) {
  const day = pad(1 + (i % 28))
  const month = pad(1 + (i % 12))
  return [
    i,
    1 + (i % 7),
    STATUSES[i % 4],
    `${100 + (i % 9000)}.${pad(i % 100)}`,
    `2024-${month}-${day} ${pad(i % 24)}:00:00`,
    `2024-${month}-${day}`,
    i % 3 > 0,
    `note ${i}`,
  ]
}

function stagingSql(entity, index, rendered) {
  const fromSeed = index % 4 === 3
  const relation = fromSeed ? `{{ ref('raw_${entity}') }}` : `{{ source('raw', '${entity}') }}`
  if (!rendered)
    return `-- one row per record of ${entity}: renamed, cast and cleaned
with source as (

    select * from ${relation}

),

renamed as (

    select
        -- keys
        cast(id as integer) as id,
        cast(customer_id as integer) as customer_id,

        -- attributes
        lower(trim(status)) as status,
        cast(amount as numeric(18, 2)) as amount,

        -- times
        cast(created_at as timestamp) as created_at,
        cast(updated_on as date) as updated_on,

        -- flags and text
        cast(is_active as boolean) as is_active,
        cast(note as varchar(200)) as note

    from source

)

select * from renamed
`
  return `{{ made_by() }}
with source as (

    ${!fromSeed && index % 2 === 1 ? `{{ import_source('${entity}') }}` : `select * from ${relation}`}

),

renamed as (

    select
        cast(id as integer) as id,
        cast(customer_id as integer) as customer_id,
        {{ blank_to_null('lower(status)') }} as status,
        cast({{ to_units(clamp('amount', 0, 1000000)) }} as numeric(18, 2)) as amount,
        cast(created_at as timestamp) as created_at,
        {{ day_of('updated_on') }} as updated_on,
        cast(is_active as boolean) as is_active,
        {{ text_of('note') }} as note

    from source
    where {{ since_start('created_at') }}

)

select
    {{ standard_columns() }}
from renamed
{{ only_active() }}
`
}

/** A model that joins its parents on `id`; `rendered` also pivots, and `incremental` takes only what is new once the table is there. */
function joiningSql(config, parents, { rendered, incremental = false }) {
  const imports = parents.map((parent, i) => {
    const body = rendered && i % 2 === 1 ? `{{ import_ref('${parent}') }}` : `select * from {{ ref('${parent}') }}`
    return `src_${i} as (\n\n    ${body}\n\n)`
  })
  const joins = parents.slice(1).map((_, i) => `\n    left join src_${i + 1} on src_0.id = src_${i + 1}.id`)
  const columns = COLUMNS.map((c) =>
    c === 'amount' ? `        cast(src_0.amount as numeric(18, 2)) as amount` : `        src_0.${c}`,
  )
  const pivot = rendered
    ? `,\n\nby_status as (\n\n    select\n        id,\n        {{ amount_by_status(status_list()) }}\n    from joined\n    group by id\n\n)`
    : ''
  const last = rendered
    ? `select\n    {{ standard_columns('joined') }}\nfrom joined\nleft join by_status on joined.id = by_status.id`
    : 'select * from joined'
  const onlyNew = incremental
    ? `\n{% if is_incremental() %}\nwhere joined.updated_on >= (select max(updated_on) from {{ this }})\n{% endif %}`
    : ''
  return `${config}with ${imports.join(',\n\n')},\n\njoined as (\n\n    select\n${columns.join(',\n')}\n    from src_0${joins.join('')}\n\n)${pivot}\n\n${last}${onlyNew}\n`
}

/** Writes files below `out`, which is emptied first. */
function writerInto(out) {
  rmSync(out, { recursive: true, force: true })
  return (path, text) => {
    const file = join(out, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/**
 * Writes the project to `out`, replacing what is there. What it returns is what a benchmark must know of it: counts by resource type, which models
 * are ephemeral (engines differ in whether results name them), one table in the middle of the marts, and files for an edit.
 */
export function makeProject(n, out) {
  const write = writerInto(out)
  const random = randomFrom(20261122 + n)
  const pick = (list) => list[Math.floor(random() * list.length)]
  const sentence = () => {
    const words = Array.from({ length: 8 + Math.floor(random() * 10) }, () => pick(WORDS)).join(' ')
    return `${words[0].toUpperCase()}${words.slice(1)}.`
  }

  write('dbt_project.yml', PROJECT)
  write('profiles.yml', PROFILES)
  for (const [name, text] of Object.entries(MACROS)) write(`macros/${name}`, text)
  write(
    'macros/_macros.yml',
    `macros:\n${DOCUMENTED_MACROS.map((name) => `  - name: ${name}\n    description: ${sentence()}\n`).join('')}`,
  )
  write(
    'models/docs.md',
    STATUSES.map((s) => `{% docs ${s} %}\nA record that was **${s}**.\n{% enddocs %}\n`).join('\n'),
  )
  const entities = ENTITIES.slice(0, Math.max(6, Math.min(ENTITIES.length, Math.floor(n / 25))))
  for (const entity of entities) {
    const rows = Array.from({ length: 10 }, (_, i) => seedRow(i + 1).join(','))
    write(`seeds/raw_${entity}.csv`, `${COLUMNS.join(',')}\n${rows.join('\n')}\n`)
  }
  const seeds = entities.map(
    (e) =>
      `  - name: raw_${e}\n    description: ${sentence()}\n    config:\n      column_types: {amount: "numeric(18,2)"}\n`,
  )
  write('seeds/_seeds.yml', `seeds:\n${seeds.join('')}`)
  const tables = entities.map((e) => {
    const columns = COLUMNS.map((c) => `          - name: ${c}\n            description: ${sentence()}\n`)
    return `      - name: ${e}\n        identifier: raw_${e}\n        description: ${sentence()}\n        columns:\n${columns.join('')}`
  })
  write(
    'models/sources.yml',
    `sources:\n  - name: raw\n    schema: "{{ target.schema }}_raw"\n    tables:\n${tables.join('')}`,
  )

  const models = []
  const add = (folder, name, sql, kind, rendered) => {
    write(`models/${folder}/${name}.sql`, sql)
    models.push({ folder, name, kind, rendered })
  }
  const parentsOf = (names, most) => [
    ...new Set(Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(names))),
  ]
  const nStaging = Math.floor(n * 0.4)
  const nIntermediate = Math.floor(n * 0.3)
  for (let i = 0; i < nStaging; i++) {
    const entity = entities[i % entities.length]
    const rendered = needsRendering(i)
    add(`staging/${entity}`, `stg_${entity}_${pad(i, 4)}`, stagingSql(entity, i, rendered), 'view', rendered)
  }
  const staged = models.map((m) => m.name)
  for (let i = 0; i < nIntermediate; i++) {
    const kind = i % 20 === 7 ? 'ephemeral' : i % 5 === 0 ? 'view' : 'table'
    const rendered = needsRendering(i)
    const config = `{{ config(materialized='${kind}', tags=['${pick(['nightly', 'hourly'])}']) }}\n`
    const name = `int_${pick(entities)}_${VERBS[i % VERBS.length]}_${pad(i, 4)}`
    const sql = joiningSql(config, parentsOf(staged, 4), { rendered })
    add(`intermediate/area_${pad(Math.floor(i / 50))}`, name, sql, kind, rendered)
  }
  const lower = models.map((m) => m.name)
  const marts = []
  for (let i = 0; models.length < n; i++) {
    const rendered = needsRendering(i)
    const incremental = rendered && i % 2 === 0
    const config = incremental
      ? "{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete+insert') }}\n"
      : ''
    const name = `${i % 3 === 0 ? 'dim' : 'fct'}_${pick(entities)}_${VERBS[i % VERBS.length]}_${pad(i, 4)}`
    const names = marts.length > 5 ? [...lower, ...marts.slice(-20).map((mart) => mart.name)] : lower
    const sql = joiningSql(config, parentsOf(names, 5), { rendered, incremental })
    add(`marts/domain_${pad(Math.floor(i / 50))}`, name, sql, incremental ? 'incremental' : 'table', rendered)
    marts.push(models.at(-1))
  }

  // An ephemeral model carries no tests; a second not_null of another model makes up for each.
  const ephemeral = models.filter((m) => m.kind === 'ephemeral')
  const withSecondNotNull = new Set(models.filter((m) => m.kind !== 'ephemeral').slice(0, ephemeral.length))
  let tests = 0
  const testLines = (model, column) => {
    const lines = []
    const test = (...text) => {
      tests++
      lines.push(...text)
    }
    if (column === 'id' || (column === 'customer_id' && withSecondNotNull.has(model))) test('          - not_null')
    if (column === 'id' && random() < 0.5) test('          - unique')
    if (column === 'status' && random() < 0.2)
      test(
        '          - accepted_values:',
        '              arguments:',
        `                values: [${STATUSES.join(', ')}]`,
      )
    if (column === 'amount' && random() < 0.1) test('          - not_negative')
    return lines.length > 0 ? ['        data_tests:', ...lines] : lines
  }
  const modelLines = (model) => [
    `  - name: ${model.name}`,
    '    description: >',
    `      ${sentence()}`,
    `      ${sentence()}`,
    ...(random() < 0.3 ? ['    config:', '      meta:', `        owner: team_${1 + Math.floor(random() * 9)}`] : []),
    '    columns:',
    ...COLUMNS.flatMap((column) => [
      `      - name: ${column}`,
      column === 'status'
        ? `        description: "{{ doc('${pick(STATUSES)}') }}"`
        : `        description: ${sentence()}`,
      ...(model.kind === 'ephemeral' ? [] : testLines(model, column)),
    ]),
  ]
  for (const folder of new Set(models.map((m) => m.folder))) {
    const members = models.filter((m) => m.folder === folder)
    for (let k = 0; k * MODELS_PER_PROPERTIES_FILE < members.length; k++) {
      const part = members.slice(k * MODELS_PER_PROPERTIES_FILE, (k + 1) * MODELS_PER_PROPERTIES_FILE)
      const lines = ['version: 2', 'models:', ...part.flatMap(modelLines)]
      write(`models/${folder}/_models${k > 0 ? `_${k}` : ''}.yml`, `${lines.join('\n')}\n`)
    }
  }

  const many = Math.max(2, Math.floor(n / 100))
  for (let i = 0; i < many; i++, tests++)
    write(
      `tests/assert_${pad(i, 3)}.sql`,
      `select id from {{ ref('${marts[(i * 37) % marts.length].name}') }} where amount < 0\n`,
    )
  for (let i = 0; i < many; i++)
    write(
      `snapshots/snap_${pad(i, 3)}.sql`,
      `{% snapshot snap_${pad(i, 3)} %}\n{{ config(schema='snapshots', unique_key='id', strategy='timestamp', updated_at='created_at') }}\nselect * from {{ ref('${staged[i]}') }}\n{% endsnapshot %}\n`,
    )
  const exposures = Array.from({ length: many }, (_, i) => {
    const parent = marts[(i * 11) % marts.length].name
    return `  - name: dashboard_${pad(i, 3)}\n    type: dashboard\n    owner: {name: Team ${i % 7}}\n    depends_on: [ref('${parent}')]\n`
  })
  write('models/exposures.yml', `exposures:\n${exposures.join('')}`)
  write(
    'analyses/overview.sql',
    `select status, sum(amount) as amount from {{ ref('${marts[0].name}') }} group by status\n`,
  )

  const one = marts.slice(Math.floor(marts.length / 2)).find((mart) => mart.kind === 'table')
  return {
    models: models.length,
    rendered: models.filter((m) => m.rendered).length,
    incremental: models.filter((m) => m.kind === 'incremental').length,
    ephemeral: ephemeral.map((m) => `model.bench.${m.name}`),
    notNullTests: models.length,
    tests,
    seeds: entities.length,
    snapshots: many,
    one: one.name,
    editedModel: `models/${one.folder}/${one.name}.sql`,
    editedProperties: `models/${one.folder}/_models.yml`,
  }
}

/** Writes a project of one seed, `big`, of so many rows of ten columns: numbers, text with quotes and commas, times, booleans, empty values. */
export function makeSeedProject(rows, out) {
  const write = writerInto(out)
  write('dbt_project.yml', PROJECT.replace(/^vars:[\s\S]*?(?=^seeds:)/m, ''))
  write('profiles.yml', PROFILES)
  write(
    'seeds/_seeds.yml',
    'seeds:\n  - name: big\n    config:\n      column_types: {amount: "numeric(18,2)", score: "numeric(12,6)"}\n',
  )
  write('seeds/big.csv', `${COLUMNS.join(',')},score,city\n`)
  const random = randomFrom(rows)
  const file = openSync(join(out, 'seeds/big.csv'), 'a')
  const ROWS_AT_ONCE = 10_000
  for (let first = 1; first <= rows; first += ROWS_AT_ONCE) {
    const lines = []
    for (let i = first; i <= Math.min(rows, first + ROWS_AT_ONCE - 1); i++)
      lines.push(`${seedRow(i).join(',')},${random().toFixed(6)},${CITIES[Math.floor(random() * CITIES.length)]}\n`)
    writeSync(file, lines.join(''))
  }
  closeSync(file)
  return { seeds: 1, rows, csv: 'seeds/big.csv' }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [first, ...rest] = process.argv.slice(2)
  const make = first === '--seed' ? makeSeedProject : makeProject
  const [count, out] = first === '--seed' ? rest : [first, ...rest]
  if (!Number(count) || !out) {
    console.error('usage: node bench/make-project.mjs [--seed] NUMBER FOLDER')
    process.exit(2)
  }
  console.log(JSON.stringify(make(Number(count), out)))
}
