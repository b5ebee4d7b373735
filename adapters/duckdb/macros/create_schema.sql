{# Attached SQLite files have one schema, `main`, and MySQL's schemas are made elsewhere. #}
{% macro duckdb__create_schema(relation) -%}
  {%- set found = run_query(
    "select type from duckdb_databases() where lower(database_name) = '" ~ relation.database | lower | replace("'", "''") ~ "' and type != 'duckdb'"
  ) -%}
  {%- set foreign_type = found.columns[0].values()[0] if found | length > 0 else '' -%}
  {%- if foreign_type == 'sqlite' and relation.schema != 'main' -%}
    {%- do exceptions.raise_compiler_error("Schema must be 'main' when writing to sqlite instead got " ~ relation.schema) -%}
  {%- endif -%}
  {%- call statement('create_schema') -%}
    {%- if foreign_type not in ['sqlite', 'mysql'] -%}
    create schema if not exists {{ relation.without_identifier() }}
    {%- endif -%}
  {%- endcall -%}
{%- endmacro %}

{% macro duckdb__drop_schema(relation) -%}
  {%- call statement('drop_schema') -%}
    drop schema if exists {{ relation.without_identifier() }} cascade
  {%- endcall -%}
{%- endmacro %}
