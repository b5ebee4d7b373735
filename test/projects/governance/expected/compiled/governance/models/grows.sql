
select 1 as id, cast('v' as text) as value