{# The node's own `full_refresh` decides; the command line only where it says nothing. #}
{% macro should_full_refresh() -%}
  {%- set own = config.get('full_refresh') -%}
  {%- do return(flags.FULL_REFRESH if own is none else own) -%}
{%- endmacro %}
