
with  __dbt__cte__passing as (

select id from "goldendb"."golden"."from_source"
), others as (select id from __dbt__cte__passing)
select a.id, b.name from others a left join (select * from "goldendb"."golden"."from_seed") b on a.id = b.id