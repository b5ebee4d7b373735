
select order_id, ordered_on, amount from "goldendb"."golden"."stg_orders"

where ordered_on > (select max(ordered_on) from "goldendb"."golden"."order_log")
