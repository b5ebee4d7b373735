{% macro postgres__get_create_index_sql(relation, index_dict) -%}
  {%- set index = adapter.parse_index(index_dict) -%}
  create {{ 'unique ' if index.unique }}index if not exists
  "{{ index.render(relation) }}"
  on {{ relation }} {{ 'using ' ~ index.type if index.type }}
  ({{ index.columns | join(', ') }})
{%- endmacro %}

{% macro postgres__get_drop_index_sql(relation, index_name) -%}
  drop index if exists {{ adapter.quote_name(relation.schema) }}.{{ adapter.quote_name(index_name) }}
{%- endmacro %}

{# One row per index: its columns in the order of the table, joined by commas. #}
{% macro postgres__get_show_indexes_sql(relation) %}
  select
    index_rel.relname as name,
    method.amname as method,
    idx.indisunique as "unique",
    string_agg(col.attname, ',' order by col.attnum) as column_names
  from pg_index as idx
  join pg_class as index_rel on index_rel.oid = idx.indexrelid
  join pg_am as method on method.oid = index_rel.relam
  join pg_class as table_rel on table_rel.oid = idx.indrelid
  join pg_namespace as sch on sch.oid = table_rel.relnamespace
  join pg_attribute as col on col.attrelid = table_rel.oid and col.attnum = any(idx.indkey)
  where sch.nspname = '{{ relation.schema | replace("'", "''") }}'
    and table_rel.relname = '{{ relation.identifier | replace("'", "''") }}'
    and table_rel.relkind in ('r', 'm')
  group by 1, 2, 3
  order by 1, 2, 3
{% endmacro %}
