with orders as (

    select * from {{ ref('stg_orders') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

),

numbered as (

    select
        orders.order_id,
        orders.customer_id,
        orders.status,
        orders.ordered_at,
        {{ in_cents('orders.amount') }} as amount_cents,
        orders.is_gift,
        orders.is_paid,
        row_number() over (partition by orders.customer_id order by orders.ordered_at) as order_number
    from orders

)

select
    numbered.order_id,
    numbered.customer_id,
    customers.customer_name,
    customers.country,
    numbered.status,
    numbered.ordered_at,
    numbered.amount_cents,
    numbered.is_gift,
    numbered.order_number = 1 as is_first_order
from numbered
left join customers on numbered.customer_id = customers.customer_id
where numbered.is_paid
