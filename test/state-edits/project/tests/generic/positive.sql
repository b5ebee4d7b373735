{% test positive(model, column_name, allow_zero=false) %}
select * from {{ model }} where {{ column_name }} < {{ 0 if allow_zero else 1 }}
{% endtest %}
