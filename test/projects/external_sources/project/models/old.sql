{{ config(materialized='table') }}
select * from {{ source('old', 'old') }}
