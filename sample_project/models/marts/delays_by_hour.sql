{# A column per carrier, made by a loop. #}
{% set carriers = ['UA', 'B6', 'EV', 'DL', 'AA'] %}

select
    departure_hour,
    count(*) as flights,
    {%- for carrier in carriers %}
    {{ rounded("avg(departure_delay) filter (where carrier = '" ~ carrier ~ "')", 1) }} as delay_{{ carrier | lower }},
    {%- endfor %}
    {{ rounded('avg(departure_delay)', 1) }} as delay_all
from {{ ref('fct_flights') }}
group by departure_hour
