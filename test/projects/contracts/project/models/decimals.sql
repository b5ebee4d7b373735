{{ config(materialized='table') }}
select cast(1.25 as numeric(10, 2)) as price, cast(2 as bigint) as big, true as flag, cast('2024-01-01 10:00:00' as timestamp) as at_time
