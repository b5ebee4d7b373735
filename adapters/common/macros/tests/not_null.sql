{% test not_null(model, column_name) %}
  {%- set build = adapter.dispatch('test_not_null', 'dbt') %}
  {{ build(model, column_name) }}
{% endtest %}

{# Failures that are kept are kept whole. #}
{% macro default__test_not_null(model, column_name) %}

select {{ '*' if should_store_failures() else column_name }}
from {{ model }}
where {{ column_name }} is null

{% endmacro %}
