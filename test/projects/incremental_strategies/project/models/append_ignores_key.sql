{{ config(incremental_strategy='append', unique_key='id') }}
select * from {{ ref('arrivals') }}
