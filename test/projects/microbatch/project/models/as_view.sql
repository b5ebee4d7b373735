{{ config(materialized='view', event_time='moment') }}
select * from {{ ref('events') }}
