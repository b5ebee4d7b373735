{{ config(event_time='moment', materialized='table') }}
select id, moment, amount from {{ ref('events') }}
