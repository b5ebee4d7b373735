{{ config(materialized='table') }}
select * from {{ ref('child') }}
