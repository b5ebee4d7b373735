with __dbt__cte__below_ephemeral as (

select * from "goldendb"."golden"."checked"
) select * from __dbt__cte__below_ephemeral