
with recursive  __dbt__cte__base_people as (
-- the bottom of the chain
select id, name, age from "goldendb"."golden"."people"
),  __dbt__cte__grown_people as (
with aged as (
    select id, name, coalesce(age, 0) as age from __dbt__cte__base_people
)
select id, name, age, age >= 70 as is_senior from aged
), numbers as (
    select 1 as n
    union all
    select n + 1 from numbers where n < 3
)
select n, g.name from numbers join __dbt__cte__grown_people g on g.id = numbers.n