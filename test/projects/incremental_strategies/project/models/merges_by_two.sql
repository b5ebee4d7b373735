{{ config(incremental_strategy='merge', unique_key=['id', 'region']) }}
select * from {{ ref('arrivals') }}
