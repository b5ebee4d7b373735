select id, moment, amount, '20240104' as batch, 1 as incremental
from (select * from "goldendb"."golden"."events" where moment >= '2024-01-04 00:00:00+00:00' and moment < '2024-01-05 00:00:00+00:00')