{{ config(materialized='ephemeral') }} select big from {{ ref('kinds') }}
