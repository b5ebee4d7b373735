{{ config(incremental_strategy='delete+insert', unique_key=['id', 'region']) }}
select * from {{ ref('arrivals') }}
