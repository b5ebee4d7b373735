{% macro overridden() %}root version{% endmacro %}
{% test same_name(model, column_name) %}{{ config(limit=5) }}select * from {{ model }} where {{ column_name }} is null{% endtest %}
