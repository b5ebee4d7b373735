{# The databases that a connection of this target can read, one row each. #}
{% macro get_diff_databases_sql() -%}
  {{ return(adapter.dispatch('get_diff_databases_sql', 'dbt')()) }}
{%- endmacro %}

{% macro default__get_diff_databases_sql() -%}
  select {{ dbt.string_literal(target.database) }} as database_name
{%- endmacro %}
