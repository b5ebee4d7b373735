
select * from (select * from "goldendb"."golden"."events" where at >= '2026-01-02 00:00:00+00:00' and at < '2026-01-03 00:00:00+00:00') _dbt_et_filter_subq_events