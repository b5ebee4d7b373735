{{ config(post_hook="select count(*) from {{ source('shop', 'customers') }}", pre_hook="select '{{ ref('customers').identifier }}'") }}
-- depends_on: {{ ref('customers') }}
select id from {{ source('shop', 'customers') }}
