{{ config(store_failures_as='table', alias='kept_here', schema='kept') }} select id, v from {{ ref('eph') }}
