{% set statuses = ['open', 'paid'] %}

select
    id as order_id,
    customer_id,
    status,
    amount,
    ordered_at,
    is_gift,
    {% for status in statuses -%}
    status = '{{ status }}' as is_{{ status }}{{ ',' if not loop.last }}
    {% endfor %}
from {{ ref('orders') }}
