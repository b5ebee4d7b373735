select customer_id, ordered_at as happened_at, 'order' as kind, cast(order_id as text) as reference
from {{ ref('stg_orders') }}

union all

select customer_id, opened_at, 'ticket', subject
from {{ ref('stg_tickets') }}
