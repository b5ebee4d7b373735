
select * from "goldendb"."golden_Mixed Case"."zoë_日本"