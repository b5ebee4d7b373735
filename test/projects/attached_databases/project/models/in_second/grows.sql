{{ config(materialized='incremental', unique_key='id') }} select id, name, '{{ this }}' as here from {{ ref('deep_table') }}
