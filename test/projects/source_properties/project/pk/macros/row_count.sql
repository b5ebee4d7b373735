{% test row_count(model, n) %}select 1 from {{ model }} having count(*) < {{ n }}{% endtest %}
