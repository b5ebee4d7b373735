select order_id, 2 as version from {{ ref('stg_orders') }}
