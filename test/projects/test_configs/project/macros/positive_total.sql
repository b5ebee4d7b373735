{% test positive_total(model, column, by) %}
    {{ config(severity='warn', fail_calc='coalesce(max(total), 0)', tags=['in_definition']) }}
select {{ by }}, sum({{ column }}) as total
from {{ model }}
group by {{ by }}
having sum({{ column }}) <= 0
{% endtest %}
