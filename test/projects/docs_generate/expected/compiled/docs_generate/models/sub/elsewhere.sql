
select id from "goldendb"."golden"."people"