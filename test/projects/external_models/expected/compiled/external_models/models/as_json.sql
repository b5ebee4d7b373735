
select * from "goldendb"."golden"."plain"