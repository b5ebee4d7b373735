{{ config(materialized='table') }}
select * from {{ ref('checked') }}
