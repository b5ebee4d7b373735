{{ config(materialized='ephemeral') }}
select id, name, changed_at from {{ ref('people') }}
