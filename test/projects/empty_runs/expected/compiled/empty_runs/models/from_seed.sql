
select * from "goldendb"."golden"."letters"