{{ config(materialized='table', schema='Other', unlogged=true) }}
select id from {{ ref('people') }}
