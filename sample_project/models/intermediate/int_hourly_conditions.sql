select
    origin,
    observed_hour,
    temperature_f,
    wind_mph,
    rain_inches,
    visibility_miles,
    case
        when visibility_miles < 2 then 'poor visibility'
        when rain_inches >= 0.1 then 'heavy rain'
        when rain_inches > 0 then 'light rain'
        when wind_mph >= 25 then 'strong wind'
        else 'fair'
    end as conditions
from {{ ref('stg_weather') }}
