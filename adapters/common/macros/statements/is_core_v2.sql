{# Is the engine's compatible version 2.x? Packages ask before they use what only one of the two has. #}
{% macro is_core_v2() -%}
  {%- do return((dbt_version.split('.')[0] | int) == 2) -%}
{%- endmacro %}
