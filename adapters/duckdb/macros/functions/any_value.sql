{# `arbitrary` counts nulls as values, DuckDB's any_value does not. #}
{% macro duckdb__any_value(expression) -%}
  arbitrary({{ expression }})
{%- endmacro %}
