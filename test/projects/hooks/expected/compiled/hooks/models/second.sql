

select * from "goldendb"."golden"."first"