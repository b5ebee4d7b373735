{{ config(materialized='table', schema='deep') }} select * from {{ ref('people') }} union all select * from {{ ref('more') }}
