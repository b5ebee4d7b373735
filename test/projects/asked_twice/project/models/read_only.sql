-- depends_on: {{ ref('customers') }} {{ ref('customers') }}
select id from {{ source('shop', 'customers') }} union all select -id from {{ source('shop', 'customers') }}
