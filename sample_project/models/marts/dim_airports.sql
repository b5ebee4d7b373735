with visited as (

    select origin as airport, count(*) as departures, 0 as arrivals
    from {{ ref('stg_flights') }}
    group by origin

    union all

    select destination, 0, count(*)
    from {{ ref('stg_flights') }}
    group by destination

),

totals as (

    select
        airport,
        cast(sum(departures) as integer) as departures,
        cast(sum(arrivals) as integer) as arrivals
    from visited
    group by airport

)

select
    totals.airport,
    airports.airport_name,
    airports.time_zone,
    totals.departures,
    totals.arrivals
from totals
left join {{ ref('stg_airports') }} as airports on airports.airport = totals.airport
