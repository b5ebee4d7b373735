with routes as (

    select
        {{ dbt.concat(['origin', "'-'", 'destination']) }} as route,
        origin,
        destination,
        min(distance_miles) as distance_miles,
        count(distinct carrier) as carriers,
        {{ rounded('avg(distance_miles * 60.0 / air_minutes)', 0) }} as miles_per_hour,
        {{ delay_summary() }}
    from {{ ref('fct_flights') }}
    group by origin, destination
    having count(*) >= {{ var('min_flights') }}

)

select
    row_number() over (order by flights desc, route) as place,
    routes.*,
    airports.airport_name as destination_name
from routes
left join {{ ref('dim_airports') }} as airports on airports.airport = routes.destination
