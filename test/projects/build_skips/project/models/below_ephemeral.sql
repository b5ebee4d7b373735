{{ config(materialized='ephemeral') }}
select * from {{ ref('checked') }}
