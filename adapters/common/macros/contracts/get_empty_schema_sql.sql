{# A query that yields the columns of a contract, typed. #}
{% macro get_empty_schema_sql(columns) -%}
  {%- do return(adapter.dispatch('get_empty_schema_sql', 'dbt')(columns)) -%}
{%- endmacro %}

{% macro default__get_empty_schema_sql(columns) -%}
  {%- set untyped = [] -%}
  {%- set naked_numeric = [] -%}
  {%- set items = [] -%}
  {%- for column in columns.values() -%}
    {%- set type = column['data_type'] -%}
    {%- if type is not defined -%}
      {%- do untyped.append(column['name']) -%}
    {%- else -%}
      {%- if type.strip().lower() in ('numeric', 'decimal', 'number') -%}
        {%- do naked_numeric.append(column['name']) -%}
      {%- endif -%}
      {%- set name = adapter.quote_name(column['name']) if column.get('quote') else column['name'] -%}
      {%- do items.append((cast('null', type) | trim) ~ ' as ' ~ name) -%}
    {%- endif -%}
  {%- endfor -%}

  {%- if untyped -%}
    {%- do exceptions.column_type_missing(column_names=untyped) -%}
  {%- elif naked_numeric -%}
    {%- do exceptions.warn('Detected columns with numeric type and unspecified precision/scale, this can lead to unintended rounding: ' ~ naked_numeric ~ '`') -%}
  {%- endif %}
  select
    {{ items | join(',\n    ') }}
{%- endmacro %}
