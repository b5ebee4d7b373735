with source as (
    select * from "goldendb"."golden"."raw_customers"
)
select id as customer_id, upper(name) as name from source