{{ config(materialized='table', post_hook='select 1') }} select *, '{{ target.schema }}' as built_in from {{ ref('s') }}
