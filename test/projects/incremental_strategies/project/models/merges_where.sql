{{ config(incremental_strategy='merge', unique_key='id', incremental_predicates=["DBT_INTERNAL_DEST.amount < 30", "DBT_INTERNAL_SOURCE.amount > 0"]) }}
select * from {{ ref('arrivals') }}
