{{ config(materialized='table') }}
select id, amount from {{ ref('snap') }}
