{{ config(alias='a.b', materialized='table') }}
select * from {{ ref('unicode') }}
