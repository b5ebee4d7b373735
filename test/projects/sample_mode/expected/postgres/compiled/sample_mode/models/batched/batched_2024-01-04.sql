
select id, moment from (select * from "goldendb"."golden"."events" where moment >= '2024-01-04 00:00:00+00:00' and moment < '2024-01-04 12:00:00+00:00') _dbt_et_filter_subq_events  where id > 0 