{{ config(incremental_strategy='append') }}
select * from {{ ref('arrivals') }}
