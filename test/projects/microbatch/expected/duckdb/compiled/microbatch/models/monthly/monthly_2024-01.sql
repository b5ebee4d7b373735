
select id, moment, amount from (select * from "goldendb"."golden"."events" where moment >= '2024-01-01 00:00:00+00:00' and moment < '2024-02-01 00:00:00+00:00') where amount > 0