{% macro inner_macro() %}inner macro{% endmacro %}
