
select id, country, amount + 1 as amount from "goldendb"."production"."raw_orders"