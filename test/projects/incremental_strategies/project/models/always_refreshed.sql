{{ config(full_refresh=true) }}
select * from {{ ref('arrivals') }}
