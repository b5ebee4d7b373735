
select * from "goldendb"."golden"."events"