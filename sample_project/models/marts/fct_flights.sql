select
    flights.flight_key,
    flights.flight_date,
    flights.scheduled_at,
    flights.departure_hour,
    flights.carrier,
    flights.flight_number,
    flights.tail_number,
    flights.origin,
    flights.destination,
    flights.distance_miles,
    flights.air_minutes,
    flights.departure_delay,
    flights.arrival_delay,
    flights.outcome,
    flights.is_late,
    flights.is_cancelled,
    weather.conditions,
    planes.age_band as plane_age_band
from {{ ref('int_flight_outcomes') }} as flights
left join {{ ref('int_hourly_conditions') }} as weather
    on weather.origin = flights.origin
    and weather.observed_hour = flights.scheduled_hour
left join {{ ref('dim_planes') }} as planes
    on planes.tail_number = flights.tail_number
