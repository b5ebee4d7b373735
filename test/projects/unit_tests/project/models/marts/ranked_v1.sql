select order_id, 1 as version from {{ ref('stg_orders') }}
