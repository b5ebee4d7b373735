
select id, amount from "goldendb"."golden"."snap"