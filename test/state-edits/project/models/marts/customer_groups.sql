{{ config(materialized='ephemeral') }}
select id, {{ outer_macro('country') }} as country from {{ ref('stg_customers') }}
