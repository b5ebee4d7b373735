
select count(*) as n from "goldendb"."golden"."letters"