
select id, moment, amount * 2 as doubled, (select count(*) from "goldendb"."golden"."events") as everything
from (select * from "goldendb"."golden"."daily" where moment >= '2024-01-01 00:00:00+00:00' and moment < '2025-01-01 00:00:00+00:00')