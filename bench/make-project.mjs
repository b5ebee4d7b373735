// Writes a synthetic dbt project of N models, the same bytes for the same N:
//
//     node bench/make-project.mjs 1000 /tmp/project
//
// Layers: seeds and a source over them -> staging (views) -> intermediate (views, tables, a few ephemeral) -> marts (tables). Every model gives the same
// eight columns, a row per id of ten-row seeds, so that what is measured is the engine and not the database. About 40 % of the models call macros,
// var() or loops and have to be rendered to know their refs; the others hold literal calls only. Properties with descriptions and
// about N generic tests; docs blocks, macros, singular tests and exposures besides. Runs on DuckDB and on Postgres without packages.
//
// profiles.yml reads BENCH_TARGET (duckdb), BENCH_DUCKDB (bench.duckdb), BENCH_PG_HOST/PORT/USER/PASSWORD/DB and BENCH_THREADS (4).
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const ENTITIES = [
  'customers',
  'orders',
  'payments',
  'items',
  'products',
  'suppliers',
  'stores',
  'shipments',
  'refunds',
  'invoices',
]
const VERBS = ['enriched', 'joined', 'daily', 'rollup', 'ranked', 'scored']
const STATUSES = ['placed', 'shipped', 'completed', 'returned']
const COLUMNS = ['id', 'customer_id', 'status', 'amount', 'created_at', 'updated_on', 'is_active', 'note']
const WORDS =
  'the grain is one row per business key and each column is filled by the source system at the time of writing empty values are replaced before they reach the mart'.split(
    ' ',
  )

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

{% macro only_active() -%}
  {%- if not var('include_inactive', true) -%} where is_active {%- endif -%}
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

{% macro import_ref(model_name) -%}
  select * from {{ ref(model_name) }}
{%- endmacro %}
`,
  'not_negative.sql': `{% test not_negative(model, column_name) %}
select {{ column_name }} from {{ model }} where {{ column_name }} < 0
{% endtest %}
`,
}

const PROJECT = `name: bench
version: '1.0.0'
profile: bench
flags:
  send_anonymous_usage_stats: false
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

function stagingSql(entity, dynamic) {
  if (dynamic)
    return `with source as (
    select * from {{ source('raw', '${entity}') }}
),
renamed as (
    select
        cast(id as integer) as id,
        cast(customer_id as integer) as customer_id,
        {{ blank_to_null('lower(status)') }} as status,
        {{ to_units(clamp('amount', 0, 1000000)) }} as amount,
        cast(created_at as timestamp) as created_at,
        {{ day_of('updated_on') }} as updated_on,
        cast(is_active as boolean) as is_active,
        cast(note as varchar(200)) as note
    from source
    where {{ since_start('created_at') }}
)
select
    {{ standard_columns() }}
from renamed
{{ only_active() }}
`
  return `with source as (
    select * from {{ ref('raw_${entity}') }}
),
renamed as (
    select
        cast(id as integer) as id,
        cast(customer_id as integer) as customer_id,
        lower(trim(status)) as status,
        cast(amount as numeric(18, 2)) as amount,
        cast(created_at as timestamp) as created_at,
        cast(updated_on as date) as updated_on,
        cast(is_active as boolean) as is_active,
        cast(note as varchar(200)) as note
    from source
)
select * from renamed
`
}

function joiningSql(config, parents, dynamic) {
  const imports = parents.map((parent, i) => {
    const body = dynamic && i % 2 === 1 ? `{{ import_ref('${parent}') }}` : `select * from {{ ref('${parent}') }}`
    return `src_${i} as (\n    ${body}\n)`
  })
  const joins = parents.slice(1).map((_, i) => `\n    left join src_${i + 1} on src_0.id = src_${i + 1}.id`)
  const columns = COLUMNS.map((c) =>
    c === 'amount' ? `        cast(src_0.amount as numeric(18, 2)) as amount` : `        src_0.${c}`,
  )
  const pivot = dynamic
    ? `,\nby_status as (\n    select\n        id,\n        {{ amount_by_status(status_list()) }}\n    from joined\n    group by id\n)`
    : ''
  const last = dynamic
    ? `select\n    {{ standard_columns('joined') }}\nfrom joined\nleft join by_status on joined.id = by_status.id`
    : 'select * from joined'
  return `${config}with ${imports.join(',\n')},\njoined as (\n    select\n${columns.join(',\n')}\n    from src_0${joins.join('')}\n)${pivot}\n${last}\n`
}

/** Writes the project to `out`, replacing what is there. Returns how many models it has and how many of them need rendering. */
export function makeProject(n, out) {
  rmSync(out, { recursive: true, force: true })
  const random = randomFrom(20261122 + n)
  const pick = (list) => list[Math.floor(random() * list.length)]
  const sentence = () => {
    const words = Array.from({ length: 8 + Math.floor(random() * 10) }, () => pick(WORDS)).join(' ')
    return `${words[0].toUpperCase()}${words.slice(1)}.`
  }
  const write = (path, text) => {
    const file = join(out, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  write('dbt_project.yml', PROJECT)
  write('profiles.yml', PROFILES)
  for (const [name, text] of Object.entries(MACROS)) write(`macros/${name}`, text)
  write(
    'models/docs.md',
    STATUSES.map((s) => `{% docs ${s} %}\nA record that was **${s}**.\n{% enddocs %}\n`).join('\n'),
  )
  for (const entity of ENTITIES) {
    const rows = Array.from({ length: 10 }, (_, i) => {
      const day = pad(1 + (i % 28))
      return [
        i + 1,
        1 + (i % 7),
        STATUSES[i % 4],
        `${100 + i}.25`,
        `2024-01-${day} 10:00:00`,
        `2024-01-${day}`,
        i % 3 > 0,
        `note ${i + 1}`,
      ].join(',')
    })
    write(`seeds/raw_${entity}.csv`, `${COLUMNS.join(',')}\n${rows.join('\n')}\n`)
  }
  const tables = ENTITIES.map(
    (e) => `      - name: ${e}\n        identifier: raw_${e}\n        description: ${sentence()}\n`,
  )
  write(
    'models/sources.yml',
    `sources:\n  - name: raw\n    schema: "{{ target.schema }}_raw"\n    tables:\n${tables.join('')}`,
  )

  const models = []
  const add = (folder, name, sql, dynamic, ephemeral = false) => {
    write(`models/${folder}/${name}.sql`, sql)
    models.push({ folder, name, dynamic, ephemeral })
  }
  const parentsOf = (names, most) => [
    ...new Set(Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(names))),
  ]
  const nStaging = Math.floor(n * 0.4)
  const nIntermediate = Math.floor(n * 0.3)
  for (let i = 0; i < nStaging; i++) {
    const entity = ENTITIES[i % ENTITIES.length]
    const dynamic = random() < 0.4
    add(`staging/${entity}`, `stg_${entity}_${pad(i, 4)}`, stagingSql(entity, dynamic), dynamic)
  }
  const staged = models.map((m) => m.name)
  for (let i = 0; i < nIntermediate; i++) {
    const kind = i % 20 === 7 ? 'ephemeral' : i % 5 === 0 ? 'view' : 'table'
    const config = `{{ config(materialized='${kind}', tags=['${pick(['nightly', 'hourly'])}']) }}\n`
    const dynamic = random() < 0.4
    const name = `int_${pick(ENTITIES)}_${VERBS[i % VERBS.length]}_${pad(i, 4)}`
    add(
      `intermediate/area_${pad(Math.floor(i / 50))}`,
      name,
      joiningSql(config, parentsOf(staged, 4), dynamic),
      dynamic,
      kind === 'ephemeral',
    )
  }
  const lower = models.map((m) => m.name)
  const marts = []
  for (let i = 0; models.length < n; i++) {
    const name = `${i % 3 === 0 ? 'dim' : 'fct'}_${pick(ENTITIES)}_${VERBS[i % VERBS.length]}_${pad(i, 4)}`
    const dynamic = random() < 0.4
    const names = marts.length > 5 ? [...lower, ...marts.slice(-20)] : lower
    add(`marts/domain_${pad(Math.floor(i / 50))}`, name, joiningSql('', parentsOf(names, 5), dynamic), dynamic)
    marts.push(name)
  }

  for (const folder of new Set(models.map((m) => m.folder))) {
    const lines = ['version: 2', 'models:']
    for (const model of models.filter((m) => m.folder === folder)) {
      lines.push(
        `  - name: ${model.name}`,
        '    description: >',
        `      ${sentence()}`,
        `      ${sentence()}`,
        '    columns:',
      )
      for (const column of COLUMNS) {
        lines.push(`      - name: ${column}`)
        lines.push(
          column === 'status'
            ? `        description: "{{ doc('${pick(STATUSES)}') }}"`
            : `        description: ${sentence()}`,
        )
        if (model.ephemeral) continue
        if (column === 'id')
          lines.push('        data_tests:', '          - not_null', ...(random() < 0.5 ? ['          - unique'] : []))
        if (column === 'status' && random() < 0.2)
          lines.push(
            '        data_tests:',
            '          - accepted_values:',
            '              arguments:',
            `                values: [${STATUSES.join(', ')}]`,
          )
        if (column === 'amount' && random() < 0.1) lines.push('        data_tests:', '          - not_negative')
      }
    }
    write(`models/${folder}/_models.yml`, `${lines.join('\n')}\n`)
  }
  for (let i = 0; i < Math.max(2, n / 100); i++)
    write(
      `tests/assert_${pad(i, 3)}.sql`,
      `select id from {{ ref('${marts[(i * 37) % marts.length]}') }} where amount < 0\n`,
    )
  const exposures = Array.from({ length: Math.max(2, Math.floor(n / 100)) }, (_, i) => {
    const parent = marts[(i * 11) % marts.length]
    return `  - name: dashboard_${pad(i, 3)}\n    type: dashboard\n    owner: {name: Team ${i % 7}}\n    depends_on: [ref('${parent}')]\n`
  })
  write('models/exposures.yml', `exposures:\n${exposures.join('')}`)
  return { models: models.length, rendered: models.filter((m) => m.dynamic).length }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [count, out] = process.argv.slice(2)
  if (!Number(count) || !out) {
    console.error('usage: node bench/make-project.mjs NUMBER-OF-MODELS FOLDER')
    process.exit(2)
  }
  console.log(JSON.stringify(makeProject(Number(count), out)))
}
