{#
  The query of later runs: one row per change, marked 'insert', 'update' or 'delete'. An update or a delete closes the kept row that
  has its dbt_scd_id. hard_deletes 'invalidate' closes rows that are gone from the source; 'new_record' also adds a row saying so.
#}
{% macro snapshot_staging_table(strategy, source_sql, target_relation) -%}
  {%- do return(adapter.dispatch('snapshot_staging_table', 'dbt')(strategy, source_sql, target_relation)) -%}
{%- endmacro %}

{% macro default__snapshot_staging_table(strategy, source_sql, target_relation) %}
{%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() %}
{%- set key = strategy.unique_key %}
{%- set key_columns = unique_key_fields(key) | trim %}
{%- set same_key = unique_key_join_on(key, 'snapshotted_data', 'source_data') | trim %}
{%- set open_end = config.get('dbt_valid_to_current') %}
{%- set track_deletes = strategy.hard_deletes in ['invalidate', 'new_record'] %}
{%- set record_deletes = strategy.hard_deletes == 'new_record' %}
{%- set now = snapshot_get_time() | trim %}
{%- set is_deleted = 'snapshotted_data.' ~ columns.dbt_is_deleted %}
{%- set changed = strategy.row_changed ~ (" or " ~ is_deleted ~ " = 'True'" if record_deletes else '') %}

with snapshot_query as (

  {{ source_sql }}

),

snapshotted_data as (

  select *, {{ key_columns }}
  from {{ target_relation }}
  where
    {%- if open_end %}
    ({{ equals(columns.dbt_valid_to | trim, open_end | trim) }} or {{ columns.dbt_valid_to }} is null)
    {%- else %}
    {{ columns.dbt_valid_to }} is null
    {%- endif %}

),

insertions_source_data as (

  select *, {{ key_columns }},
    {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
    {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
    {{ get_dbt_valid_to_current(strategy, columns) }},
    {{ strategy.scd_id }} as {{ columns.dbt_scd_id }}
  from snapshot_query

),

updates_source_data as (

  select *, {{ key_columns }},
    {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
    {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
    {{ strategy.updated_at }} as {{ columns.dbt_valid_to }}
  from snapshot_query

),

insertions as (

  select
    'insert' as dbt_change_type,
    source_data.*
    {%- if record_deletes %},
    'False' as {{ columns.dbt_is_deleted }}
    {%- endif %}
  from insertions_source_data as source_data
  left outer join snapshotted_data
    on {{ same_key }}
  where {{ unique_key_is_null(key, 'snapshotted_data') }}
    or ({{ unique_key_is_not_null(key, 'snapshotted_data') }} and ({{ changed }}))

),

updates as (

  select
    'update' as dbt_change_type,
    source_data.*,
    snapshotted_data.{{ columns.dbt_scd_id }}
    {%- if record_deletes %},
    {{ is_deleted }}
    {%- endif %}
  from updates_source_data as source_data
  join snapshotted_data
    on {{ same_key }}
  where ({{ changed }})

)

{%- if track_deletes %},

deletes_source_data as (

  select *, {{ key_columns }}
  from snapshot_query

),

deletes as (

  select
    'delete' as dbt_change_type,
    source_data.*,
    {{ now }} as {{ columns.dbt_updated_at }},
    {{ now }} as {{ columns.dbt_valid_from }},
    {{ now }} as {{ columns.dbt_valid_to }},
    snapshotted_data.{{ columns.dbt_scd_id }}
    {%- if record_deletes %},
    {{ is_deleted }}
    {%- endif %}
  from snapshotted_data
  left join deletes_source_data as source_data
    on {{ same_key }}
  where {{ unique_key_is_null(key, 'source_data') }}
    {%- if record_deletes %}
    and not ({{ _snapshot_deletion_is_recorded(columns, open_end) }})
    {%- endif %}

)
{%- endif %}

{%- if record_deletes %}
{%- set kept = get_list_of_column_names(get_columns_in_relation(target_relation)) %},

deletion_records as (

  select
    'insert' as dbt_change_type,
    {%- for name in get_columns_in_query(source_sql) %}
    {{ 'snapshotted_data' if name in kept else 'source_data' }}.{{ adapter.quote_name(name) }},
    {%- endfor %}
    {%- if key | is_list %}
    {%- for part in key %}
    snapshotted_data.dbt_unique_key_{{ loop.index }},
    {%- endfor %}
    {%- else %}
    snapshotted_data.dbt_unique_key,
    {%- endif %}
    {{ now }} as {{ columns.dbt_updated_at }},
    {{ now }} as {{ columns.dbt_valid_from }},
    snapshotted_data.{{ columns.dbt_valid_to }},
    {{ snapshot_hash_arguments([columns.dbt_scd_id, now]) }} as {{ columns.dbt_scd_id }},
    'True' as {{ columns.dbt_is_deleted }}
  from snapshotted_data
  left join deletes_source_data as source_data
    on {{ same_key }}
  where {{ unique_key_is_null(key, 'source_data') }}
    and not ({{ _snapshot_deletion_is_recorded(columns, open_end) }})

)
{%- endif %}

select * from insertions
union all
select * from updates
{%- if track_deletes %}
union all
select * from deletes
{%- endif %}
{%- if record_deletes %}
union all
select * from deletion_records
{%- endif %}
{% endmacro %}

{# Is the latest kept row one that says "deleted"? Then there is nothing to close or to add. #}
{% macro _snapshot_deletion_is_recorded(columns, open_end) -%}
  snapshotted_data.{{ columns.dbt_is_deleted }} = 'True' and snapshotted_data.{{ columns.dbt_valid_to }} {{ '= ' ~ open_end if open_end else 'is null' }}
{%- endmacro %}

{% macro build_snapshot_staging_table(strategy, sql, target_relation) -%}
  {%- set staging = make_temp_relation(target_relation) -%}
  {%- set changes_sql = snapshot_staging_table(strategy, sql, target_relation) -%}
  {%- call statement('build_snapshot_staging_relation') -%}
    {{ create_table_as(True, staging, changes_sql) }}
  {%- endcall -%}
  {%- do return(staging) -%}
{%- endmacro %}

{# Adds the columns that the source has got since. #}
{% macro create_columns(relation, columns) -%}
  {%- do return(adapter.dispatch('create_columns', 'dbt')(relation, columns)) -%}
{%- endmacro %}

{% macro default__create_columns(relation, columns) -%}
  {%- for column in columns -%}
    {%- call statement() -%}
      alter table {{ relation.render() }} add column {{ adapter.quote_name(column.name) }} {{ column.expanded_data_type }};
    {%- endcall -%}
  {%- endfor -%}
{%- endmacro %}

{# For adapters whose staging table does not go by itself. #}
{% macro post_snapshot(staging_relation) -%}
  {%- do return(adapter.dispatch('post_snapshot', 'dbt')(staging_relation)) -%}
{%- endmacro %}

{% macro default__post_snapshot(staging_relation) -%}
{%- endmacro %}
