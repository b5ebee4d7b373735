{# A table, not a view: a view over the parquet file would keep the file's path as it was seen from the folder of this run. #}
{{ config(materialized='table') }}

with flights as (

    select * from {{ source('raw', 'flights') }}

)

select
    {{ surrogate_key(['year', 'month', 'day', 'carrier', 'flight', 'origin', 'sched_dep_time']) }} as flight_key,

    -- what was planned
    make_date(cast(year as integer), cast(month as integer), cast(day as integer)) as flight_date,
    {{ local_timestamp('year', 'month', 'day', 'hour', 'minute') }} as scheduled_at,
    {{ local_timestamp('year', 'month', 'day', 'hour', '0') }} as scheduled_hour,
    cast(hour as integer) as departure_hour,
    carrier,
    cast(flight as integer) as flight_number,
    tailnum as tail_number,
    origin,
    dest as destination,
    cast(distance as integer) as distance_miles,

    -- what happened
    cast(dep_delay as integer) as departure_delay,
    cast(arr_delay as integer) as arrival_delay,
    cast(air_time as integer) as air_minutes,
    dep_time is null as is_cancelled

from flights
