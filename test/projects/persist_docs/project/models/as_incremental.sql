{{ config(materialized='incremental') }} select id, name, id as "Mixed Case" from {{ ref('people') }}
