
with customers as (
    select * from "goldendb"."golden"."stg_customers"
), orders as (
    select * from "goldendb"."golden"."stg_orders"
)
select
    customers.customer_id,
    customers.name,
    count(orders.order_id) as orders,
    coalesce(sum(orders.amount), 0) as total
from customers
left join orders on orders.customer_id = customers.customer_id
group by 1, 2