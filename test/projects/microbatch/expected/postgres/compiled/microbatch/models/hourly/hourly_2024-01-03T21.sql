
select id, moment, '2024-01-03 21:00:00+00:00' as starts, '03 22:00' as ends
from (select * from "goldendb"."golden"."events" where moment >= '2024-01-03 21:00:00+00:00' and moment < '2024-01-03 22:00:00+00:00') _dbt_et_filter_subq_events