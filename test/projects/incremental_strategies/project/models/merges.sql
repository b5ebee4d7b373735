{{ config(incremental_strategy='merge', unique_key='id') }}
select * from {{ ref('arrivals') }}
