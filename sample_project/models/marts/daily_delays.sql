with days as (

    select
        flight_date,
        {{ delay_summary() }}
    from {{ ref('fct_flights') }}
    group by flight_date

)

select
    *,
    {{ rounded('avg(average_delay) over (order by flight_date rows between 6 preceding and current row)', 1) }} as average_delay_7_days,
    {{ dbt.dateadd('day', -7, 'flight_date') }} as a_week_before
from days
