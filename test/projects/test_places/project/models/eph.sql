{{ config(materialized='ephemeral') }} select * from {{ ref('raw') }} where id > 1
