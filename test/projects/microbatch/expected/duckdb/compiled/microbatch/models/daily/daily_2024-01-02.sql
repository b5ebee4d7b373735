select id, moment, amount, '20240102' as batch, 0 as incremental
from (select * from "goldendb"."golden"."events" where moment >= '2024-01-02 00:00:00+00:00' and moment < '2024-01-03 00:00:00+00:00')