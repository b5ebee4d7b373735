{% test country_count(model, least) %}
select 1 from (select count(*) as n from {{ model }}) where n < {{ least }}
{% endtest %}
