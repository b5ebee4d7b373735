
select id, moment, '20240102' as batch, '2024-01-02 00:00:00+00:00' as window_start
from (select * from "goldendb"."golden"."events" where moment >= '2024-01-02 00:00:00+00:00' and moment < '2024-01-03 00:00:00+00:00')