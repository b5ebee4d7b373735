
select * from "goldendb"."golden"."people"