{# Indexes without their names, which change with every run. #}
{% macro look() %}
  {% set table = target.schema ~ '.seen' %}
  create table if not exists {{ table }} (step int, kind text, name text, definition text);
  {% if target.type == 'postgres' %}
    insert into {{ table }}
    select {{ var('step') }}, c.relpersistence::text, c.relname, coalesce(regexp_replace(i.indexdef, 'INDEX \S+ ON', 'INDEX ON'), 'none')
    from pg_class c left join pg_indexes i on i.schemaname = '{{ target.schema }}' and i.tablename = c.relname
    where c.relnamespace = '{{ target.schema }}'::regnamespace and c.relkind in ('r', 'm') and c.relname <> 'seen';
  {% else %}
    insert into {{ table }}
    select {{ var('step') }}, is_unique, table_name, regexp_replace(sql, 'INDEX \S+ ON', 'INDEX ON')
    from duckdb_indexes() where schema_name = '{{ target.schema }}';
  {% endif %}
{% endmacro %}
