{% macro duckdb__get_create_index_sql(relation, index_dict) -%}
  {%- set index = adapter.parse_index(index_dict) -%}
  create {{ 'unique ' if index.unique }}index
  "{{ index.render(relation) }}"
  on {{ relation }}
  ({{ index.columns | join(', ') }});
{%- endmacro %}

{# A table with indexes cannot be renamed. Begins no transaction, since it also runs after the commit. #}
{% macro drop_indexes_on_relation(relation) -%}
  {%- call statement('get_indexes_on_relation', fetch_result=True, auto_begin=False) %}
    select index_name
    from duckdb_indexes()
    where database_name = '{{ relation.database | replace("'", "''") }}'
      and schema_name = '{{ relation.schema | replace("'", "''") }}'
      and table_name = '{{ relation.identifier | replace("'", "''") }}'
  {% endcall -%}
  {%- for row in load_result('get_indexes_on_relation').table -%}
    {%- call statement('drop_index_' ~ loop.index, auto_begin=false) -%}
      drop index {{ adapter.quote_name(relation.database) }}.{{ adapter.quote_name(relation.schema) }}.{{ adapter.quote_name(row[0]) }}
    {%- endcall -%}
  {%- endfor -%}
{%- endmacro %}
