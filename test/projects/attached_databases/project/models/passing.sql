{{ config(materialized='table', database='scratch') }} select * from {{ ref('grows') }}
