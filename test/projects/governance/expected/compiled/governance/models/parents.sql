
select 1 as id, cast('x' as text) as kind union all select 2, cast('y' as text)