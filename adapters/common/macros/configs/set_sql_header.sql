{# `{% call set_sql_header(config) %} ... {% endcall %}`: SQL to be sent before the model's own statement. #}
{% macro set_sql_header(config) -%}
  {{ config.set('sql_header', caller()) }}
{%- endmacro %}
