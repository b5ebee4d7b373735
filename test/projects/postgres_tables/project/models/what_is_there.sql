{{ config(materialized='table') }}
-- depends_on: {{ ref('indexed') }} {{ ref('not_logged') }}
select tablename, regexp_replace(indexdef, 'INDEX \S+ ON', 'INDEX ON') as definition from pg_indexes where schemaname = '{{ target.schema }}'
union all
select relname, relpersistence::text from pg_class where relname in ('indexed', 'not_logged') and relkind = 'r'
union all
select relname, obj_description(oid, 'pg_class') from pg_class where relname = 'indexed' and relkind = 'r'
