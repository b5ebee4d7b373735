with __dbt__cte__passing as (

select id, moment from (select * from "goldendb"."golden"."events" where moment >= '2024-01-02 00:00:00+00:00' and moment < '2024-01-04 12:00:00+00:00') _dbt_et_filter_subq_events
) select * from (select * from __dbt__cte__passing where moment >= '2024-01-02 00:00:00+00:00' and moment < '2024-01-04 12:00:00+00:00') _dbt_et_filter_subq___dbt__cte__passing