
select id from "goldendb"."golden"."from_seed" 