with __dbt__cte__eph as (

select id from "goldendb"."golden"."numbers"
) select * from __dbt__cte__eph where id > 3