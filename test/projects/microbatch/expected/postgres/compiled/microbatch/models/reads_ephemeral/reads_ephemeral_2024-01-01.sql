with __dbt__cte__in_passing as (

select id, moment from "goldendb"."golden"."events"
) select id, moment from (select * from __dbt__cte__in_passing where moment >= '2024-01-01 00:00:00+00:00' and moment < '2024-01-02 00:00:00+00:00') _dbt_et_filter_subq___dbt__cte__in_passing