{{ config(materialized='table') }}
{% for i in range(1, 8) %}select {{ i }} as id, 'n{{ i }}' as name, {{ i }} * 1.5 as half, {{ 'null' if i % 2 else "'even'" }} as kind{{ ' union all ' if not loop.last }}{% endfor %}
order by id
