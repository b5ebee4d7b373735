{{ config(materialized='table') }}
select * from {{ ref('arrivals') }}
