
select id, moment, '20240101' as batch, '2024-01-01 00:00:00+00:00' as window_start
from (select * from "goldendb"."golden"."events" where moment >= '2024-01-01 00:00:00+00:00' and moment < '2024-01-02 00:00:00+00:00') _dbt_et_filter_subq_events