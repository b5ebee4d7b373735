{% macro cents(column) %}{{ column }} / 100{% endmacro %}

{% macro unused() %}nothing{% endmacro %}
