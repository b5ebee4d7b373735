with totals as (

    select
        customer_id,
        count(*) as orders,
        sum(amount_cents) as amount_cents,
        max(ordered_at) as last_order_at
    from {{ ref('fct_orders') }}
    group by customer_id
    having count(*) > 0

),

tickets as (

    select customer_id, count(*) as tickets
    from {{ ref('stg_tickets') }}
    where is_urgent and opened_at >= timestamp '2024-01-01 00:00:00'
    group by 1

)

select
    c.customer_id,
    c.customer_name,
    c.email,
    coalesce(t.orders, 0) as orders,
    coalesce(t.amount_cents, 0) as amount_cents,
    t.last_order_at,
    coalesce(k.tickets, 0) as tickets,
    case when t.orders > 10 then 'loyal' when t.orders > 0 then 'active' else 'new' end as segment
from {{ ref('stg_customers') }} as c
left join totals as t on t.customer_id = c.customer_id
left join tickets as k on k.customer_id = c.customer_id
where c.signed_up_on >= date '2024-01-01'
order by c.customer_id
