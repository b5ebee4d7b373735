
with __dbt__cte__inlined as (

select 1 as id
) select id as "ID", name as "Full Name" from __dbt__cte__inlined cross join (select 'x' as name) n