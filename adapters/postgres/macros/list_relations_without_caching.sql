{# One query for all kinds of relations; functions count, since models of that kind are looked up in the same cache. #}
{% macro postgres__list_relations_without_caching(schema_relation) -%}
  {%- set database = "'" ~ schema_relation.database | replace("'", "''") ~ "'" -%}
  {%- set pattern = "'" ~ schema_relation.schema | replace('\\', '\\\\') | replace("'", "''") ~ "'" -%}
  {%- call statement('list_relations_without_caching', fetch_result=True) %}
    select {{ database }} as database, tablename as name, schemaname as schema, 'table' as type
    from pg_tables
    where schemaname ilike {{ pattern }}
    union all
    select {{ database }} as database, viewname as name, schemaname as schema, 'view' as type
    from pg_views
    where schemaname ilike {{ pattern }}
    union all
    select {{ database }} as database, matviewname as name, schemaname as schema, 'materialized_view' as type
    from pg_matviews
    where schemaname ilike {{ pattern }}
    union all
    select distinct {{ database }} as database, proc.proname as name, sch.nspname as schema, 'function' as type
    from pg_proc as proc
    join pg_namespace as sch on sch.oid = proc.pronamespace
    where sch.nspname ilike {{ pattern }}
  {% endcall -%}
  {%- do return(load_result('list_relations_without_caching').table) -%}
{%- endmacro %}
