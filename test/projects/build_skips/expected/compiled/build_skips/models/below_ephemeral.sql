
select * from "goldendb"."golden"."checked"