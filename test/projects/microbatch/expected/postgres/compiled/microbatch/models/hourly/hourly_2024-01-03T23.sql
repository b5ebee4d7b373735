
select id, moment, '2024-01-03 23:00:00+00:00' as starts, '04 00:00' as ends
from (select * from "goldendb"."golden"."events" where moment >= '2024-01-03 23:00:00+00:00' and moment < '2024-01-04 00:00:00+00:00') _dbt_et_filter_subq_events