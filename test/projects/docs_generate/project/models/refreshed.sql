{{ config(materialized='materialized_view' if target.type == 'postgres' else 'table') }}
select id from {{ ref('plain_table') }}
