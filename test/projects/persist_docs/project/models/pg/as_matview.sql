{{ config(materialized='materialized_view', enabled=target.type == 'postgres') }} select id, name from {{ ref('people') }}
