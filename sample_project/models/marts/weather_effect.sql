select
    origin,
    conditions,
    {{ delay_summary() }}
from {{ ref('fct_flights') }}
where conditions is not null
group by origin, conditions
having count(*) >= {{ var('min_flights') }}
