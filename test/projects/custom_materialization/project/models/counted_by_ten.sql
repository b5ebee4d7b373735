{{ config(materialized='counted_table', step=10) }}
select id * 2 as doubled from {{ ref('counted') }}
