{{ config(materialized='table') }}
select count(*) as n, min(id) as first from {{ ref('plain') }}
