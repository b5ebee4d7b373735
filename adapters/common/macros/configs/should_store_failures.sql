{# The test's own `store_failures` decides; the command line only where it says nothing. #}
{% macro should_store_failures() -%}
  {%- set own = config.get('store_failures') -%}
  {%- do return(flags.STORE_FAILURES if own is none else own) -%}
{%- endmacro %}
