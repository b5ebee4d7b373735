with __dbt__cte__big_orders as (

select * from "goldendb"."golden"."stg_orders" where amount >= 10
) select distinct customer_id from __dbt__cte__big_orders