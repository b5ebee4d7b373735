{{ config(materialized='ephemeral') }}
select id from {{ ref('from_source') }}
