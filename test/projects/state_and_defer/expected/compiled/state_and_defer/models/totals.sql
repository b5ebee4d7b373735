
with __dbt__cte__named as (

select o.id, c.name, o.amount from "goldendb"."golden"."orders" o join "goldendb"."production"."countries" c on c.code = o.country
) select name, sum(amount) as total, 'golden other_name' as read_from from __dbt__cte__named group by 1