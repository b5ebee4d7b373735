-- depends_on: {{ ref('customers') }} {{ ref('customers') }}
select id from {{ quiet('shop', 'customers') }}
