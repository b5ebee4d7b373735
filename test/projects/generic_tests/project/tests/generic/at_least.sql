{% test at_least(model, column_name, minimum=0) %}
{{ config(meta={'kind': 'bound'}) }}
select {{ column_name }} from {{ model }} where {{ column_name }} < {{ minimum }}
{% endtest %}

{% test same_rows(model, other, columns) %}
select {{ columns | join(', ') }} from {{ model }}
except
select {{ columns | join(', ') }} from {{ other }}
{% endtest %}
