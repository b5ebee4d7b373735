with __dbt__cte__eph as (
 select * from "goldendb"."golden"."raw" where id > 1
) select * from __dbt__cte__eph