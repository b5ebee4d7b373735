{{ config(materialized='materialized_view', grants={'+select': var('writers')}) }}
select * from {{ ref('people') }}
