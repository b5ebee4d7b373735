
with __dbt__cte__named as (

select o.id, c.name, o.amount from "goldendb"."production"."orders" o join "goldendb"."production"."countries" c on c.code = o.country
) select * from __dbt__cte__named