{{ config(alias='another_name', materialized='table') }}
select * from {{ ref('plain') }}
