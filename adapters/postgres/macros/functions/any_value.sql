{# Only Postgres 16 has any_value; the least is as good as any. #}
{% macro postgres__any_value(expression) -%}
  min({{ expression }})
{%- endmacro %}
