{% macro overridden() %}root version{% endmacro %}
