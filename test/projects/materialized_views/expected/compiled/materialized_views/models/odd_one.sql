
select id from "goldendb"."golden"."sales"