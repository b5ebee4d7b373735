

select id from "goldendb"."golden"."numbers" where id < 2
