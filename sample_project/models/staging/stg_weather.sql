with readings as (

    select
        *,
        row_number() over (partition by origin, year, month, day, hour order by time_hour) as reading
    from {{ ref('weather') }}

)

select
    {{ surrogate_key(['origin', 'year', 'month', 'day', 'hour']) }} as weather_key,
    origin,
    {{ local_timestamp('year', 'month', 'day', 'hour', '0') }} as observed_hour,
    temp as temperature_f,
    humid as humidity,
    wind_speed as wind_mph,
    precip as rain_inches,
    visib as visibility_miles
from readings
where reading = 1
