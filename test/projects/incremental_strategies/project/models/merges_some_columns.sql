{{ config(incremental_strategy='merge', unique_key='id', merge_update_columns=['name', 'day']) }}
select * from {{ ref('arrivals') }}
