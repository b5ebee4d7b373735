{% macro delay_summary() -%}
    count(*) as flights,
    count(*) filter (where is_cancelled) as cancelled,
    {{ percent_of('count(*) filter (where is_late)', 'count(is_late)') }} as late_percent,
    {{ rounded('avg(departure_delay)', 1) }} as average_delay,
    {{ rounded('percentile_cont(0.9) within group (order by departure_delay)', 0) }} as delay_of_the_worst_tenth
{%- endmacro %}
