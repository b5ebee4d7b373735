select distinct customer_id from {{ ref('big_orders') }}
