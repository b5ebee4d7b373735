{% macro duckdb__list_relations_without_caching(schema_relation) -%}
  {%- call statement('list_relations_without_caching', fetch_result=True) %}
    select
      '{{ schema_relation.database | replace("'", "''") }}' as database,
      table_name as name,
      table_schema as schema,
      case table_type when 'VIEW' then 'view' when 'BASE TABLE' then 'table' when 'LOCAL TEMPORARY' then 'table' end as type
    from system.information_schema.tables
    where lower(table_catalog) = '{{ schema_relation.database | lower | replace("'", "''") }}'
      and lower(table_schema) = '{{ schema_relation.schema | lower | replace("'", "''") }}'
  {% endcall -%}
  {%- do return(load_result('list_relations_without_caching').table) -%}
{%- endmacro %}
