{#- day 1: id, kept, lost; day 2: gained is there and lost is gone; day 3: kept is another type, too -#}
{% macro day_columns() %}
{%- if var('day') == 1 %}1 as id, 'k1' as kept, 'l1' as lost
{%- elif var('day') == 2 %}'g2' as gained, 2 as id, 'k2' as kept
{%- else %}3 as id, 33 as kept, cast(3.5 as numeric(10, 2)) as gained_too, 'g3' as gained
{%- endif -%}
{% endmacro %}
