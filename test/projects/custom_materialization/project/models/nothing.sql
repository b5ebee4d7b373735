{{ config(materialized='nothing') }}
select {{ ref('per_adapter').identifier | length }} as n
