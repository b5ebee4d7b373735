select cast(order_id as integer) as order_id, cast(status as text) as status from {{ ref('stg_orders') }}
