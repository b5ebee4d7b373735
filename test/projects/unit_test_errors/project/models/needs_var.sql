select id as order_id, '{{ var("no_such_var") }}' as x from {{ ref('raw_orders') }}
