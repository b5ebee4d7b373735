{{ config(materialized='table') }}
select c.name, sum(o.amount) as spent
from {{ source('shop', 'orders') }} o
join {{ source('shop', 'customers') }} c on c.id = o.customer_id
group by c.name
