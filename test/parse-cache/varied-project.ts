/** A file's texts: the first one is there at the start, null means that there is no such file. */
export type Variants = readonly (string | null)[]

const PROJECT = (vars: string, rest = ''): string => `name: shop
version: '1.0'
profile: shop
require-dbt-version: ['>=1.8.0']
vars:
${vars}
models:
  shop:
    +meta: {owner: "{{ env_var('TEAM', 'nobody') }}"}
    marts: {+materialized: table, +tags: [mart]}
seeds: {shop: {+schema: raw}}
dispatch:
  - {macro_namespace: helper, search_order: [shop, helper]}
on-run-start: "{{ announce('start') }}"
on-run-end: ["select '{{ target.name }}' as ended"]
${rest}`
const VARS = '  colour: red\n  limit: 10\n  shop: {own: 1}\n  helper: {size: 2}'

/**
 * A project with something of everything that parsing knows, each file with other texts that it may get: what templates read, what overrides what,
 * mistakes. Any combination of texts is a project, right or wrong.
 */
export const VARIED: Readonly<Record<string, Variants>> = {
  'dbt_project.yml': [
    PROJECT(VARS),
    PROJECT(VARS.replace('red', 'blue')),
    PROJECT(VARS.replace('size: 2', 'size: 3')),
    PROJECT(VARS.replace('  limit: 10\n', '')),
    PROJECT(
      VARS,
      'flags: {require_generic_test_arguments_property: true, state_modified_compare_more_unrendered_values: true}',
    ),
    PROJECT(VARS, 'flags: {validate_macro_args: true}').replace('+tags: [mart]', '+tags: [mart, other]'),
    PROJECT(VARS).replace("TEAM', 'nobody'", "NONE', 'x'"),
    PROJECT(VARS).replace('on-run-start: "{{ announce(\'start\') }}"\n', ''),
    'name: [',
  ],
  'packages.yml': ['packages: [{local: packages/helper}]\n'],
  'dbt_packages/helper/dbt_project.yml': [
    'name: helper\nversion: "1.0"\nvars: {size: 1, shade: dark}\nmodels: {helper: {+tags: [helped]}}\n',
    'name: helper\nversion: "1.0"\nvars: {size: 1, shade: pale}\n',
  ],
  'dbt_packages/helper/macros/helper.sql': [
    "{% macro twice(x) %}{{ return(adapter.dispatch('twice', 'helper')(x)) }}{% endmacro %}\n{% macro default__twice(x) %}{{ x * 2 }}{% endmacro %}\n{% macro shade() %}{{ return(var('shade')) }}{% endmacro %}\n",
    "{% macro twice(x) %}{{ return(adapter.dispatch('twice', 'helper')(x)) }}{% endmacro %}\n{% macro default__twice(x) %}{{ config(tags=['dispatched']) }}{{ x * 2 }}{% endmacro %}\n{% macro shade() %}{{ return('x' ~ var('shade')) }}{% endmacro %}\n",
    "{% macro shade() %}{{ return(var('shade')) }}{% endmacro %}\n",
  ],
  'dbt_packages/helper/models/helped.sql': [
    "{{ config(tags=['size_' ~ var('size'), helper.shade()]) }} select {{ twice(2) }} as x",
    "{{ config(tags=['size_' ~ var('size')]) }} select 1 as x",
  ],
  'dbt_packages/helper/models/helped.yml': [
    'models: [{name: helped, columns: [{name: x, data_tests: [not_null]}]}]\n',
    'models: [{name: helped, description: of the package}]\n',
  ],
  'macros/tools.sql': [
    "{% macro inner_tool(x) %}{{ return(x ~ var('colour', 'none')) }}{% endmacro %}\n{% macro tool(x) %}{{ return(inner_tool(x)) }}{% endmacro %}\n{% macro announce(x) %}{% do log(x) %}{% endmacro %}\n",
    "{% macro inner_tool(x) %}{{ return(x ~ 'fixed') }}{% endmacro %}\n{% macro tool(x) %}{{ return(inner_tool(x)) }}{% endmacro %}\n{% macro announce(x) %}{% do log(x) %}{% endmacro %}\n",
    "{# a note #}\n\n{% macro inner_tool(x) %}{{ return(x ~ var('colour', 'none')) }}{% endmacro %}\n{% macro tool(x) %}{{ return(inner_tool(x)) }}{% endmacro %}\n{% macro announce(x) %}{% do log(x) %}{% endmacro %}\n",
    '{% macro tool(x) %}{{ return(x) }}{% endmacro %}\n',
    '{% macro tool(x) %}{{ return(x) }',
  ],
  'macros/late.sql': [
    null,
    "{% macro optional() %}{{ config(tags=['late']) }}{% endmacro %}",
    '{% macro ref(name) %}{{ return(builtins.ref(name)) }}{% endmacro %}',
    "{% macro optional() %}{{ exceptions.warn('told by a macro') }}{% endmacro %}",
    "{% macro duckdb__twice(x) %}{{ config(tags=['of the adapter']) }}{% endmacro %}",
    '{% macro shop__x() %}1{% endmacro %}{% if true %}x{% endif %}',
  ],
  'macros/names.sql': [
    null,
    '{% macro generate_schema_name(custom_schema_name, node) %}{{ custom_schema_name or target.schema }}{% endmacro %}',
    "{% macro generate_schema_name(custom_schema_name, node) %}{{ var('colour', 'c') }}_{{ env_var('OWNER', 'o') }}{% endmacro %}",
    '{% macro generate_alias_name(custom_alias_name, node) %}{{ node.name }}_{{ node.raw_code | length }}{% endmacro %}',
    "{% macro generate_schema_name(custom_schema_name, node) %}{{ run_started_at.strftime('%Y') }}{% endmacro %}",
  ],
  'macros/properties.yml': [
    'macros: [{name: tool, description: "{{ doc(\'word\') }}", arguments: [{name: x, type: string}]}]\n',
    'macros: [{name: tool, description: another}, {name: missing_macro}]\n',
    null,
  ],
  'tests/generic/custom.sql': [
    "{% test custom(model, column_name, least) %}{{ config(severity=var('severity', 'warn')) }} select * from {{ model }} where {{ column_name }} < {{ tool(least) }}{% endtest %}",
    "{% test custom(model, column_name, least) %}select 1 {{ ref('lonely') }}{% endtest %}",
    "{% test custom(model, column_name, least) %}{{ config(tags=[env_var('OWNER', 'nobody')]) }}select {{ helper.twice(1) }}{% endtest %}",
    null,
  ],
  'tests/generic/not_null.sql': [
    null,
    "{% test not_null(model, column_name) %}{{ config(tags=['own']) }}select 1{% endtest %}",
  ],
  'tests/singular.sql': [
    "select * from {{ ref('customers') }} where {{ tool('x') }}",
    "{{ config(severity='warn') }}select * from {{ ref('lonely') }}",
    "select * from {{ ref('nowhere') }}",
    null,
  ],
  'models/lonely.sql': [
    'select 1 as id',
    'select 2 as id',
    'select 1 as id\n\n',
    null,
    '{{ config(enabled=false) }}select 1',
    '{{ config(',
  ],
  'models/customers.sql': [
    "{{ config(materialized='view') }} select * from {{ ref('lonely') }} join {{ source('raw', 'people') }}",
    "{{ config(materialized='view') }} select 1, * from {{ ref('lonely') }} join {{ source('raw', 'people') }}",
    "{{ config(materialized='table', tags=['a']) }} select * from {{ ref('lonely') }}",
    "{{ config(materialized='view', meta={'half': 0.5, 'whole': 2.0, 'none': none}) }} select * from {{ ref('orders') }}",
    "{{ config(materialized='view') }} select * from {{ source('raw', 'nothing') }}",
    '{{ config(odd=this) }} select 1',
  ],
  'models/orders.sql': [
    "{% set t = tool('x') %}{{ config(tags=[t, var('colour')], alias='orders_' ~ target.name) }} select {{ var('limit', 5) }} from {{ ref('lonely') }}",
    "{% set t = tool('x') %}{{ config(tags=[t, var('colour')], alias='orders_' ~ target.name) }} select {{ var('limit', 6) }} from {{ ref('lonely') }}",
    "{{ config(tags=[env_var('OWNER', 'nobody'), var('own')]) }} select 1 {% if flags.PRINTER_WIDTH > 90 %}from {{ ref('lonely') }}{% endif %}",
    "{{ config(tags=['w' ~ (target.threads > 2)]) }} {{ env_var('NEEDED') }}",
  ],
  'models/odd.sql': [
    "{{ config(tags=[modules.datetime.datetime.now().strftime('%Y')]) }} select '{{ run_started_at }}' as at, '{{ invocation_id }}' as id",
    "{% if graph.nodes.values() | list | length > 3 %}{{ config(tags=['many']) }}{% endif %} select 1",
    "{{ exceptions.warn('told by a model') }} {{ optional is defined and optional() }} select 1",
    "{{ config(tags=[helper.shade() | string, context['var']('colour', 'x')]) }} {% if 'optional' in context %}{{ config(meta={'found': true}) }}{% endif %}",
    '{{ config(tags=invocation_args_dict.keys() | list | length | string) }}{{ helper.items() | list | length }}',
    "{% do log('a line') %}{{ config(tags=[tojson(target.items() | list)]) }}",
    '{{ config(tags=[adapter.external_root() | string]) }}',
    '{{ config(tags=dbt_metadata_envs.keys() | list) }}',
    "{{ config(tags=['at ' ~ run_started_at]) }}",
    "{{ config(tags=['at ' ~ modules.datetime.datetime.now()]) }}",
    '{{ config(tags=[schema, database]) }}',
    "{{ config(tags=['has_it' if var.has_var('limit') else 'has_not']) }}",
    "{{ config(tags=['of ' ~ flags.PRINTER_WIDTH, builtins.env_var('OWNER', 'x')]) }}",
    null,
  ],
  'models/marts/totals.sql': [
    "select * from {{ ref('priced', v=1) }} join {{ ref('helped') }} on {{ helper.twice(3) }}",
    "{{ config(pre_hook=\"select {{ var('colour') }} from {{ ref('lonely') }}\", group='money', access='private') }} select * from {{ ref('priced') }}",
    "select {{ function('plus_one') }}(1)",
  ],
  'models/marts/priced_v1.sql': ["select 1 as id, '{{ this }}' as me", "select 2 as id, '{{ model.alias }}' as me"],
  'models/marts/priced_v2.sql': ['select 2 as id', "select * from {{ ref('priced', v=1) }}"],
  'models/script.py': [
    'def model(dbt, session):\n    dbt.config(tags=["py"])\n    return dbt.ref("lonely")\n',
    'def model(dbt, session):\n    dbt.config(tags=["py"])\n    # more\n    return dbt.ref("lonely")\n',
    'def model(dbt, session):\n    return dbt.ref("customers")\n',
    null,
  ],
  'models/schema.yml': [
    SCHEMA({}),
    SCHEMA({ description: '\'{{ doc("word") }} of {{ var("colour", "none") }}\'' }),
    SCHEMA({ test: '- unique\n          - custom: {least: 2, config: {where: "x > {{ var(\'limit\', 1) }}"}}' }),
    SCHEMA({ extra: '  - {name: nobody_knows}\n  - {name: lonely, description: one}\n' }),
    SCHEMA({ extra: '  - {name: lonely, config: {enabled: false}}\n' }),
    SCHEMA({
      extra: '  - {name: script, meta: {since: 2020-01-02, yes: no, 1: one, big: 12345678901234567890, float: 1.0}}\n',
    }),
    SCHEMA({ extra: "  - {name: odd, config: {tags: \"{{ env_var('OWNER', 'nobody') }}\"}, config: {meta: {}}}\n" }),
    SCHEMA({
      extra: '  - {name: odd, columns: [{name: a, data_tests: [helper.missing, {custom: {least: "{{ tool }}"}}]}]}\n',
    }),
    SCHEMA({
      extra: '  - {name: odd, deprecation_date: 2020-01-01}\n  - {name: lonely, deprecation_date: 2999-01-01}\n',
    }),
    'models: [{name: customers}\n',
    'modles: [{name: customers}]\n',
    null,
  ],
  'models/sources.yml': [
    'sources:\n  - name: raw\n    loaded_at_field: at\n    freshness: {warn_after: {count: 1, period: day}}\n    tables:\n      - {name: people, columns: [{name: id, data_tests: [unique, {custom: {least: 1}}]}]}\n      - name: spare\n',
    "sources:\n  - name: raw\n    schema: \"{{ target.schema }}_{{ var('colour', 'x') }}\"\n    tables: [{name: people}]\n",
    'sources: [{name: raw, config: {enabled: false}, tables: [{name: people}]}]\n',
  ],
  'models/layer.yml': [
    LAYER('order_count'),
    LAYER('order_sum'),
    LAYER('order_count').replace("'X'", '\'{{ var("colour", "y") }}\''),
    null,
  ],
  'models/units.yml': [
    "unit_tests:\n  - name: one\n    model: totals\n    given:\n      - {input: ref('helped'), rows: [{x: 1.0}]}\n      - {input: \"ref('priced', v=1)\", format: csv, fixture: rows}\n    expect: {rows: [{id: 1}]}\n  - name: two\n    model: customers\n    given: [{input: ref('colours')}]\n    expect: {rows: [{id: 1}]}\n",
    'unit_tests:\n  - name: one\n    model: customers\n    given: [{input: "ref(\'colours\')"}]\n    expect: {rows: [{id: 1}]}\n    overrides: {vars: {colour: green}}\n',
    null,
  ],
  'models/docs.md': [
    '{% docs word %}A word.{% enddocs %}',
    '{% docs word %}Another {{ 1 + 1 }} word.{% enddocs %}\n{% docs second %}x{% enddocs %}',
    '{% docs other %}x{% enddocs %}',
    null,
  ],
  'tests/fixtures/rows.csv': ['id\n1\n', 'id\n2\n', null],
  'seeds/colours.csv': ['id,name\n1,red\n', 'id,name\n1,tan\n', 'id,name\n1,green\n', null],
  'seeds/seeds.yml': ['seeds: [{name: colours, config: {column_types: {id: int}}}]\n', null],
  'snapshots/kept.sql': [
    "{% snapshot kept %}{{ config(unique_key='id', strategy='check', check_cols='all', target_schema='s') }} select * from {{ ref('lonely') }}{% endsnapshot %}\n{% snapshot second %}{{ config(unique_key='id', strategy='timestamp', updated_at='at') }} select 1{% endsnapshot %}",
    "{% snapshot kept %}{{ config(unique_key='id', strategy='check', check_cols='all', target_schema='s') }} select 1 from {{ ref('lonely') }}{% endsnapshot %}\n{% snapshot second %}{{ config(unique_key='id', strategy='timestamp', updated_at='at') }} select 1{% endsnapshot %}",
    "{% snapshot kept %}{{ config(unique_key=var('colour'), strategy='check', check_cols='all') }} select 1{% endsnapshot %}\n{% macro stray() %}{% endmacro %}",
    "{% snapshot kept %}{{ config(unique_key='id') }} select 1{% endsnapshot %}",
  ],
  'snapshots/yaml.yml': [
    "snapshots: [{name: of_orders, relation: ref('orders'), config: {unique_key: id, strategy: check, check_cols: [id]}}]\n",
    "snapshots: [{name: of_orders, relation: \"source('raw', 'people')\", config: {unique_key: id, strategy: check, check_cols: [id]}}]\n",
    null,
  ],
  'analyses/look.sql': ["select * from {{ ref('customers') }}", "select {{ tool('a') }}", null],
  'functions/plus_one.sql': ['x + 1', 'x + 2', "{{ config(type='aggregate') }} x"],
  'functions/functions.yml': [
    'functions: [{name: plus_one, arguments: [{name: x, data_type: int}], returns: {data_type: int}}]\n',
    'functions: [{name: plus_one, description: d, arguments: [{name: x, data_type: int}], returns: {data_type: bigint}}]\n',
  ],
  '.dbtignore': [null, 'models/script.py\n'],
}

function SCHEMA(with_: { description?: string; test?: string; extra?: string }): string {
  return `models:
  - name: customers
    description: ${with_.description ?? 'people'}
    config: {contract: {enforced: false}}
    columns:
      - name: id
        data_tests:
          ${with_.test ?? '- unique\n          - not_null\n          - custom: {least: 1}'}
  - name: priced
    latest_version: 2
    versions: [{v: 1}, {v: 2, config: {alias: newest}}]
    columns: [{name: id, data_tests: [not_null]}]
${with_.extra ?? ''}
groups: [{name: money, owner: {name: M}}]
exposures:
  - {name: page, type: dashboard, owner: {name: O}, depends_on: [ref('customers')], url: "http://x/{{ target.name }}"}
data_tests: [{name: singular, description: alone}]
`
}

function LAYER(measure: string): string {
  return `semantic_models:
  - name: sold
    model: ref('orders')
    defaults: {agg_time_dimension: at}
    entities: [{name: id, type: primary}]
    dimensions: [{name: at, type: time, type_params: {time_granularity: day}}, {name: status, type: categorical}]
    measures: [{name: ${measure}, agg: count, expr: 1}]
metrics:
  - {name: sales, label: Sales, type: simple, type_params: {measure: ${measure}}, filter: "{{ Dimension('id__status') }} = 'X'"}
saved_queries:
  - {name: saved, query_params: {metrics: [sales], group_by: ["Dimension('id__status')"]}}
models:
  - name: lonely
    time_spine: {standard_granularity_column: id}
    columns: [{name: id, granularity: day}]
`
}

const PROFILES = (path: string, more = ''): string => `shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: ${path}, schema: main${more}, threads: "{{ env_var('THREADS', '2') | as_number }}"}
    prod: {type: duckdb, path: ${path}, schema: live}
    twin: {type: duckdb, path: ${path}, schema: main, threads: 2}
`
/** profiles.yml, and what is given besides files. */
export const SURROUNDINGS = {
  'profiles.yml': [PROFILES('x.duckdb'), PROFILES('other.duckdb', ', external_root: out')] as Variants,
  arguments: [
    [],
    ['--target', 'prod'],
    ['--target', 'twin'],
    ['--vars', '{colour: green}'],
    ['--vars', '{limit: 3, severity: error}'],
    ['--printer-width', '100'],
    ['--threads', '4'],
    ['--no-static-parser'],
    ['--warn-error'],
  ],
  environment: [
    {},
    { OWNER: 'me' },
    { OWNER: 'you', NEEDED: '1' },
    { THREADS: '8', TEAM: 'us' },
    { DBT_ENV_CUSTOM_ENV_A: 'x' },
  ],
} as const
