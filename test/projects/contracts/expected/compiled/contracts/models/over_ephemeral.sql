 with __dbt__cte__passing as (
 select 1 as id
) select * from __dbt__cte__passing