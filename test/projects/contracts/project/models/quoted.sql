{{ config(materialized='table') }}
select 1 as "Some Id", 2 as "order"
