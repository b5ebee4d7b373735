
select * from "goldendb"."golden"."sales"