{{ config(materialized='table') }}
select count(*) as n from {{ ref('second_fails') }}
