-- Joins must neither lose nor repeat flights on their way to the summaries.
{{ config(tags=['reconciliation']) }}

with counts as (

    select
        (select count(*) from {{ source('raw', 'flights') }}) as raw_flights,
        (select count(*) from {{ ref('fct_flights') }}) as mart_flights,
        (select sum(flights) from {{ ref('carrier_punctuality') }}) as carrier_flights,
        (select sum(flights) from {{ ref('daily_delays') }}) as daily_flights

)

select *
from counts
where raw_flights <> mart_flights
    or raw_flights <> carrier_flights
    or raw_flights <> daily_flights
