{# The columns of the first list whose names the second has not. #}
{% macro diff_columns(source_columns, target_columns) -%}
  {%- set known = target_columns | map(attribute='column') | list -%}
  {%- do return(source_columns | rejectattr('name', 'in', known) | list) -%}
{%- endmacro %}

{# [{column_name, new_type}]: the columns of both lists whose type differs by more than a wider target could hold. #}
{% macro diff_column_data_types(source_columns, target_columns) -%}
  {%- do return(adapter.dispatch('diff_column_data_types', 'dbt')(source_columns, target_columns)) -%}
{%- endmacro %}

{% macro default__diff_column_data_types(source_columns, target_columns) -%}
  {%- set by_name = {} -%}
  {%- for column in target_columns -%}
    {%- do by_name.setdefault(column.name, column) -%}
  {%- endfor -%}
  {%- set retyped = [] -%}
  {%- for column in source_columns if column.name in by_name -%}
    {%- set present = by_name[column.name] -%}
    {%- if column.expanded_data_type != present.expanded_data_type and not column.can_expand_to(other_column=present) -%}
      {%- do retyped.append({'column_name': present.name, 'new_type': column.expanded_data_type}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do return(retyped) -%}
{%- endmacro %}
