{{ config(materialized='view', schema='other') }} select * from {{ ref('a') }}
