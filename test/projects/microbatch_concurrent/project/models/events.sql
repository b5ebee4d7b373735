{{ config(materialized='table', event_time='at') }}
select 1 as id, cast('2026-01-01 10:00:00' as timestamp) as at
union all select 2, cast('2026-01-02 10:00:00' as timestamp)
