{% macro duckdb__get_catalog(information_schema, schemas) -%}
  {%- do return(run_query(_duckdb_catalog_sql(information_schema, duckdb__get_catalog_schemas_where_clause_sql(schemas)))) -%}
{%- endmacro %}

{% macro duckdb__get_catalog_relations(information_schema, relations) -%}
  {%- do return(run_query(_duckdb_catalog_sql(information_schema, duckdb__get_catalog_relations_where_clause_sql(relations)))) -%}
{%- endmacro %}

{% macro _duckdb_catalog_sql(information_schema, where_sql) %}
  with tables as (
    {{ duckdb__get_catalog_tables_sql(information_schema) }}
    {{ where_sql }}
  ),
  columns as (
    {{ duckdb__get_catalog_columns_sql(information_schema) }}
    {{ where_sql }}
  )
  {{ duckdb__get_catalog_results_sql() }}
{% endmacro %}

{# DuckDB's own functions, not information_schema: only they know the comments. #}
{% macro duckdb__get_catalog_tables_sql(information_schema) -%}
  {%- set in_database = "where upper(database_name) = upper('" ~ information_schema.database | replace("'", "''") ~ "')" -%}
  select *
    from (
      select database_name as table_database, schema_name as table_schema, table_name, 'BASE TABLE' as table_type, comment as table_comment
      from duckdb_tables()
      {{ in_database }}
      union all
      select database_name, schema_name, view_name, 'VIEW', comment
      from duckdb_views()
      {{ in_database }}
    ) all_tables
{%- endmacro %}

{% macro duckdb__get_catalog_columns_sql(information_schema) -%}
  select *
    from (
      select
        database_name as table_database, schema_name as table_schema, table_name,
        column_name, column_index, data_type as column_type, comment as column_comment
      from duckdb_columns()
      where upper(database_name) = upper('{{ information_schema.database | replace("'", "''") }}')
    ) all_columns
{%- endmacro %}

{% macro duckdb__get_catalog_results_sql() -%}
  select
    tables.table_database, tables.table_schema, tables.table_name, tables.table_type, tables.table_comment,
    columns.column_name, columns.column_index, columns.column_type, columns.column_comment,
    null as table_owner
  from tables
  join columns using (table_database, table_schema, table_name)
  order by table_schema, table_name, column_index
{%- endmacro %}

{% macro duckdb__get_catalog_schemas_where_clause_sql(schemas) -%}
  {%- set wanted = [] -%}
  {%- for schema in schemas -%}
    {%- do wanted.append("upper(table_schema) = upper('" ~ schema | replace("'", "''") ~ "')") -%}
  {%- endfor -%}
  where ({{ wanted | join(' or ') if wanted else '1 = 0' }})
{%- endmacro %}

{% macro duckdb__get_catalog_relations_where_clause_sql(relations) -%}
  {%- set wanted = [] -%}
  {%- for relation in relations -%}
    {%- if not relation.schema -%}
      {%- do exceptions.raise_compiler_error('`get_catalog_relations` requires a list of relations, each with a schema') -%}
    {%- endif -%}
    {%- set in_schema = "upper(table_schema) = upper('" ~ relation.schema | replace("'", "''") ~ "')" -%}
    {%- set by_name = " and upper(table_name) = upper('" ~ relation.identifier | replace("'", "''") ~ "')" if relation.identifier else '' -%}
    {%- do wanted.append('(' ~ in_schema ~ by_name ~ ')') -%}
  {%- endfor -%}
  where ({{ wanted | join(' or ') if wanted else '1 = 0' }})
{%- endmacro %}
