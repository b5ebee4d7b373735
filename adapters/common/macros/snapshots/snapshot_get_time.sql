{# The time of a snapshot, as SQL, and its type. #}
{% macro snapshot_get_time() -%}
  {%- do return(adapter.dispatch('snapshot_get_time', 'dbt')()) -%}
{%- endmacro %}

{% macro default__snapshot_get_time() -%}
  {{ current_timestamp() }}
{%- endmacro %}

{% macro get_snapshot_get_time_data_type() -%}
  {%- set time_sql = 'select ' ~ adapter.dispatch('snapshot_get_time', 'dbt')() ~ ' as dbt_snapshot_time' -%}
  {%- do return(get_column_schema_from_query(time_sql)[0].dtype or none) -%}
{%- endmacro %}

{# A text as a value of that type. #}
{% macro snapshot_string_as_time(timestamp) -%}
  {%- do return(adapter.dispatch('snapshot_string_as_time', 'dbt')(timestamp)) -%}
{%- endmacro %}

{% macro default__snapshot_string_as_time(timestamp) -%}
  {%- do exceptions.raise_not_implemented('snapshot_string_as_time macro not implemented for adapter ' ~ adapter.type()) -%}
{%- endmacro %}

{% macro get_updated_at_column_data_type(snapshot_sql) -%}
  {%- set matches = get_column_schema_from_query(snapshot_sql) | selectattr('column', 'in', ['dbt_updated_at', 'DBT_UPDATED_AT']) | list -%}
  {%- do return((matches | last).dtype or none if matches else none) -%}
{%- endmacro %}

{# Warns when the query's updated_at and the database's time have different types: comparing them may go wrong by a time zone. #}
{% macro check_time_data_types(sql) -%}
  {%- set updated_at_type = get_updated_at_column_data_type(sql) -%}
  {%- set time_type = get_snapshot_get_time_data_type() -%}
  {%- if updated_at_type is not none and time_type is not none and updated_at_type != time_type -%}
    {%- do exceptions.warn_snapshot_timestamp_data_types(time_type, updated_at_type) -%}
  {%- endif -%}
{%- endmacro %}
