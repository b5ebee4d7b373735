{{ config(materialized='view') }} select id, name, id as "Mixed Case" from {{ ref('people') }}
