{{ config(unique_key='"Key"', incremental_strategy='merge', merge_exclude_columns=['DAY']) }}
select id as "Key", name as "two words", amount as "select", day as "DAY" from {{ ref('arrivals') }} where id is not null
