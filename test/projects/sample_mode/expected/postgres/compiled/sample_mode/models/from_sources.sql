-- depends_on: (select * from "goldendb"."golden"."events" where moment >= '2024-01-02 00:00:00+00:00' and moment < '2024-01-04 12:00:00+00:00') _dbt_et_filter_subq_events
select 'filtered' as what, count(*) as n from (select * from "goldendb"."golden"."events" where moment >= '2024-01-02 00:00:00+00:00' and moment < '2024-01-04 12:00:00+00:00') _dbt_et_filter_subq_events
union all select 'quoted', count(*) from (select * from "goldendb"."golden"."events" where "moment" >= '2024-01-02 00:00:00+00:00' and "moment" < '2024-01-04 12:00:00+00:00') _dbt_et_filter_subq_events
union all select 'whole', count(*) from "goldendb"."golden"."events"
union all select 'rendered', count(*) from "goldendb"."golden"."events"