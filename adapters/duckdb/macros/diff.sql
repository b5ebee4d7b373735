{% macro duckdb__get_diff_databases_sql() -%}
  select database_name from duckdb_databases() where not internal
{%- endmacro %}
