select
    flights.carrier,
    airlines.carrier_name,
    {{ delay_summary() }}
from {{ ref('fct_flights') }} as flights
join {{ ref('stg_airlines') }} as airlines on airlines.carrier = flights.carrier
group by flights.carrier, airlines.carrier_name
