
select 3 as id, cast('x' as varchar) as said