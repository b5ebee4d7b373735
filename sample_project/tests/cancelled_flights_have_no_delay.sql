-- A singular test: a query for the rows that should not exist.
select flight_key
from {{ ref('fct_flights') }}
where is_cancelled and (departure_delay is not null or arrival_delay is not null)
