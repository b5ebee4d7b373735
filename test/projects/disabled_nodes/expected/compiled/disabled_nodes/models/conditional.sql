
select * from "goldendb"."golden"."optional"
