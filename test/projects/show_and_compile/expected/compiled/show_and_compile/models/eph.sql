
select id from "goldendb"."golden"."numbers"