select
    *,
    arrival_delay > {{ var('late_after_minutes') }} as is_late,
    case
        when is_cancelled then 'cancelled'
        when arrival_delay is null then 'diverted'
        when arrival_delay > {{ var('late_after_minutes') }} then 'late'
        else 'on time'
    end as outcome
from {{ ref('stg_flights') }}
