
with  __dbt__cte__base_people as (
-- the bottom of the chain
select id, name, age from "goldendb"."golden"."people"
),  __dbt__cte__grown_people as (
with aged as (
    select id, name, coalesce(age, 0) as age from __dbt__cte__base_people
)
select id, name, age, age >= 70 as is_senior from aged
),  __dbt__cte__renamed_ephemeral as (

select id from __dbt__cte__grown_people where is_senior
), seniors as (
    select * from __dbt__cte__renamed_ephemeral
),
everyone as (
    select * from __dbt__cte__base_people
)
select e.id, e.name, s.id is not null as is_senior
from everyone e
left join seniors s on e.id = s.id