{{ config(incremental_strategy='merge', unique_key='id', merge_exclude_columns=['name']) }}
select * from {{ ref('arrivals') }}
