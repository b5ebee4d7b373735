
select id from "goldendb"."golden"."people" where id > 1