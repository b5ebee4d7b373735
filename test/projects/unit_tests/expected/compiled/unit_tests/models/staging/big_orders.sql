
select * from "goldendb"."golden"."stg_orders" where amount >= 10