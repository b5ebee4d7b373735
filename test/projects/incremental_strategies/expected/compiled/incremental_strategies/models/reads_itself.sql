
select id, name, (select count(*) from "goldendb"."golden"."reads_itself") as seen from "goldendb"."golden"."arrivals" where id is not null