
select id, cast(name as varchar(40)) as name from "goldendb"."golden"."people"