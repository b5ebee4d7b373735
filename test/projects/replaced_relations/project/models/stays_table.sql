{{ config(materialized='table') }}
select n, {{ var('n', 1) }} as run_number from {{ ref('changing') }}
