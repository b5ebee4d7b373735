{{ config(materialized='ephemeral', event_time='moment') }}
select id, moment from {{ ref('events') }}
