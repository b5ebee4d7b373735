{{ config(materialized='table') }} select id, name, id as "Mixed Case" from {{ ref('people') }}
