{% test rows_at_least(model, n) %}
select * from (select count(*) as n from {{ model }}) counted where n < {{ n }}
{% endtest %}
