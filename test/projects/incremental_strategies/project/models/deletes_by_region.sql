{{ config(incremental_strategy='delete+insert', unique_key='region') }}
select * from {{ ref('arrivals') }}
