{% macro look() %}
  {% set table = target.schema ~ '.seen' %}
  create table if not exists {{ table }} (step int, name text, col text, comment text);
  {% if target.type == 'postgres' %}
    insert into {{ table }}
    select {{ var('step') }}, c.relname, a.attname, d.description
    from pg_class c join pg_description d on d.objoid = c.oid left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
    where c.relnamespace = '{{ target.schema }}'::regnamespace and d.classoid = 'pg_class'::regclass;
  {% else %}
    insert into {{ table }} select {{ var('step') }}, table_name, null, comment from duckdb_tables() where comment is not null and schema_name = '{{ target.schema }}';
    insert into {{ table }} select {{ var('step') }}, view_name, null, comment from duckdb_views() where comment is not null and schema_name = '{{ target.schema }}';
    insert into {{ table }} select {{ var('step') }}, table_name, column_name, comment from duckdb_columns() where comment is not null and schema_name = '{{ target.schema }}';
  {% endif %}
{% endmacro %}
