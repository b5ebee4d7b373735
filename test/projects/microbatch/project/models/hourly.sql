{{ config(batch_size='hour', begin='2024-01-03T20:00:00') }}
select id, moment, '{{ model["batch"].event_time_start }}' as starts, '{{ model.batch.event_time_end.strftime("%d %H:%M") }}' as ends
from {{ ref('events') }}
