{{ config(incremental_strategy='delete+insert', unique_key='id', incremental_predicates=["region = 'eu'"]) }}
select * from {{ ref('arrivals') }}
