
select id, moment from (select * from "goldendb"."golden"."events" where moment >= '2024-01-03 00:00:00+00:00' and moment < '2024-01-04 00:00:00+00:00')  where id > 0 