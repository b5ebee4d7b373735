{{ config(materialized='table') }}
with others as (select id from {{ ref('passing') }})
select a.id, b.name from others a left join (select * from {{ ref('from_seed') }}) b on a.id = b.id
