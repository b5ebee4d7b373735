{{ config(materialized='table') }} select 1 as id, cast('a' as varchar) as more
