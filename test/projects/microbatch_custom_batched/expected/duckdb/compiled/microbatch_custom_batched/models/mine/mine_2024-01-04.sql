
select id, moment, '20240104' as batch, '2024-01-04 00:00:00+00:00' as window_start
from (select * from "goldendb"."golden"."events" where moment >= '2024-01-04 00:00:00+00:00' and moment < '2024-01-05 00:00:00+00:00')