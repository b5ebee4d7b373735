{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', begin='2026-01-01', batch_size='day', unique_key='id', concurrent_batches=true) }}
select * from {{ ref('events') }}
