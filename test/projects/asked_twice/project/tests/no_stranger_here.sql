-- depends_on: {{ ref('customers') }} {{ ref('customers') }}
select id from {{ source('shop', 'customers') }} where id not in (select id from {{ source('shop', 'customers') }})
