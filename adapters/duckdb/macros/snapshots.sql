{# An update closes rows, an insert adds them, in one send. #}
{% macro duckdb__snapshot_merge_sql(target, source, insert_cols) -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {%- set open_end = config.get('dbt_valid_to_current') -%}
  {%- set kept_end = 'DBT_INTERNAL_TARGET.' ~ columns.dbt_valid_to %}
  update {{ target }} as DBT_INTERNAL_TARGET
  set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
  from {{ source }} as DBT_INTERNAL_SOURCE
  where DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }}::text = DBT_INTERNAL_TARGET.{{ columns.dbt_scd_id }}::text
    and DBT_INTERNAL_SOURCE.dbt_change_type::text in ('update'::text, 'delete'::text)
    {%- if open_end %}
    and ({{ kept_end }} = {{ open_end }} or {{ kept_end }} is null);
    {%- else %}
    and {{ kept_end }} is null;
    {%- endif %}

  insert into {{ target }} ({{ insert_cols | join(', ') }})
  select DBT_INTERNAL_SOURCE.{{ insert_cols | join(', DBT_INTERNAL_SOURCE.') }}
  from {{ source }} as DBT_INTERNAL_SOURCE
  where DBT_INTERNAL_SOURCE.dbt_change_type::text = 'insert'::text;
{%- endmacro %}

{# Replaces the common macro: see duckdb__dispatch_temporary_relation. #}
{% macro build_snapshot_staging_table(strategy, sql, target_relation) -%}
  {%- set staging = duckdb__dispatch_temporary_relation(target_relation) -%}
  {%- set changes_sql = snapshot_staging_table(strategy, sql, target_relation) -%}
  {%- call statement('build_snapshot_staging_relation') -%}
    {{ create_table_as(staging['temporary'], staging['relation'], changes_sql) }}
  {%- endcall -%}
  {%- do return(staging['relation']) -%}
{%- endmacro %}

{# A temporary table lives as long as its connection, which may be the whole run. #}
{% macro duckdb__post_snapshot(temporary_relation) -%}
  {%- do return(drop_relation(temporary_relation)) -%}
{%- endmacro %}

{% macro duckdb__snapshot_get_time() -%}
  {{ current_timestamp() }}::timestamp
{%- endmacro %}

{% macro duckdb__snapshot_string_as_time(timestamp) -%}
  {%- do return("'" ~ timestamp ~ "'::timestamp") -%}
{%- endmacro %}
