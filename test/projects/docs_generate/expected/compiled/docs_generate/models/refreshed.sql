
select id from "goldendb"."golden"."plain_table"