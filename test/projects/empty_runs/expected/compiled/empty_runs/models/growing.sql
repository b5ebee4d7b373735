
select id, name from "goldendb"."golden"."from_seed"
 where id > (select coalesce(max(id), 0) from "goldendb"."golden"."growing")