select
    id as order_id,
    customer_id,
    amount,
    note,
    ordered_on,
    paid
from {{ ref('raw_orders') }}
