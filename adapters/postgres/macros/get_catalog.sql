{% macro postgres__get_catalog(information_schema, schemas) -%}
  {%- set whole_schemas = [] -%}
  {%- for schema in schemas -%}
    {%- do whole_schemas.append({'schema': schema}) -%}
  {%- endfor -%}
  {%- do return(postgres__get_catalog_relations(information_schema, whole_schemas)) -%}
{%- endmacro %}

{# Relations without an identifier stand for whole schemas. #}
{% macro postgres__get_catalog_relations(information_schema, relations) -%}
  {%- set database = information_schema.database -%}
  {%- do adapter.verify_database(database) -%}
  {%- set wanted = [] -%}
  {%- for relation in relations -%}
    {%- set in_schema = "upper(sch.nspname) = upper('" ~ relation.schema | replace("'", "''") ~ "')" -%}
    {%- if relation.identifier -%}
      {%- do wanted.append('(' ~ in_schema ~ " and upper(rel.relname) = upper('" ~ relation.identifier | replace("'", "''") ~ "'))") -%}
    {%- else -%}
      {%- do wanted.append(in_schema) -%}
    {%- endif -%}
  {%- endfor -%}

  {%- call statement('catalog', fetch_result=True) %}
    select
      '{{ database | replace("'", "''") }}' as table_database,
      sch.nspname as table_schema,
      rel.relname as table_name,
      case rel.relkind when 'v' then 'VIEW' when 'm' then 'MATERIALIZED VIEW' else 'BASE TABLE' end as table_type,
      pg_catalog.obj_description(rel.oid, 'pg_class') as table_comment,
      col.attname as column_name,
      col.attnum as column_index,
      pg_catalog.format_type(col.atttypid, col.atttypmod) as column_type,
      pg_catalog.col_description(rel.oid, col.attnum) as column_comment,
      pg_catalog.pg_get_userbyid(rel.relowner) as table_owner
    from pg_catalog.pg_class as rel
    join pg_catalog.pg_namespace as sch on sch.oid = rel.relnamespace
    join pg_catalog.pg_attribute as col on col.attrelid = rel.oid
    where (
      {{ wanted | join('\n      or ') }}
    )
      and rel.relkind in ('r', 'p', 'f', 'v', 'm') -- tables (plain, partitioned, foreign), views, materialized views
      and rel.relpersistence in ('p', 'u') -- permanent and unlogged, not temporary
      and not pg_is_other_temp_schema(sch.oid)
      and col.attnum > 0 -- below are system columns
      and not col.attisdropped
    order by sch.nspname, rel.relname, col.attnum
  {% endcall -%}
  {%- do return(load_result('catalog').table) -%}
{%- endmacro %}
