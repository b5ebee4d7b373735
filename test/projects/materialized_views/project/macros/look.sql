{# What is there after a step: kinds of relations, indexes without their names, which change with every run, and whether views were refreshed. #}
{% macro look() %}
  {% if execute and flags.WHICH == 'run' %}
    create table if not exists {{ target.schema }}.seen (step int, kind text, name text, detail text);
    insert into {{ target.schema }}.seen
    select {{ var('step') }}, c.relkind::text, c.relname, coalesce((
      select string_agg(regexp_replace(i.indexdef, 'INDEX \S+ ON', 'INDEX ON'), '; ' order by regexp_replace(i.indexdef, 'INDEX \S+ ON', 'INDEX ON'))
      from pg_indexes i where i.schemaname = '{{ target.schema }}' and i.tablename = c.relname
    ), '')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = '{{ target.schema }}' and c.relkind in ('r', 'v', 'm') and c.relname <> 'seen';
  {% endif %}
{% endmacro %}
