{# Temporary tables have no schema in their relation, and names of their own. #}
{% macro postgres__get_columns_in_relation(relation) -%}
  {%- call statement('get_columns_in_relation', fetch_result=True) %}
    select column_name, data_type, character_maximum_length, numeric_precision, numeric_scale
    from {{ relation.information_schema('columns') }}
    where table_name = '{{ relation.identifier | replace("'", "''") }}'
    {%- if relation.schema %}
      and table_schema = '{{ relation.schema | replace("'", "''") }}'
    {%- endif %}
    order by ordinal_position
  {% endcall -%}
  {%- do return(sql_convert_columns_in_relation(load_result('get_columns_in_relation').table)) -%}
{%- endmacro %}
