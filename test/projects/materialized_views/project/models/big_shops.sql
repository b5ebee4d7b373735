{{ config(materialized='materialized_view') }}
select shop from {{ ref('totals') }} where total > 15
