-- Compiled with the project, never run: paste target/compiled/... into a database tool, or `quern show --select rain_or_wind`.
select
    conditions,
    sum(flights) as flights,
    {{ percent_of('sum(cancelled)', 'sum(flights)', 2) }} as cancelled_percent
from {{ ref('weather_effect') }}
group by conditions
order by cancelled_percent desc
