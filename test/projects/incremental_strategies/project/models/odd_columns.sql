{{ config(unique_key='"Key"', incremental_strategy='delete+insert') }}
select id as "Key", name as "two words", amount as "select", day as "DAY" from {{ ref('arrivals') }} where id is not null
