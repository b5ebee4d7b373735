
with __dbt__cte__rows as (
select * from (values (2, 'b2', 25), (3, 'c2', 5), (4, 'd', 40), (5, 'e', 1)) as t(id, name, amount)
) select id, name, amount from __dbt__cte__rows