{{ config(materialized='table') }}
select * from {{ source('files', 'cities') }}
