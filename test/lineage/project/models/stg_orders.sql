with source as (select * from {{ source('raw', 'orders') }})
select id as order_id, customer as customer_id, amount, status, ordered_at from source
