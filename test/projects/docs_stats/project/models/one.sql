{{ config(materialized='table') }} select 1 as a, 'x' as b
