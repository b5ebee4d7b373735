
select cast(null as integer) as id, cast(null as varchar(20)) as name, 0 as amount, cast(null as varchar(2)) as region, 4 as day where 1 = 0