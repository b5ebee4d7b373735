{{ config(tags=['nightly']) }}
{# the seed has to be loaded before the source is read #}
-- depends_on: {{ ref('raw_orders') }}
select order_id, customer_id, ordered_at::date as ordered_at, amount
from {{ source('raw', 'orders') }}
