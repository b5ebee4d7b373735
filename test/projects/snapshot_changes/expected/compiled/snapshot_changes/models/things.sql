
select 1 as id, cast('a much longer name' as varchar(40)) as name, cast('2024-01-02' as timestamp) as changed
union all select 2, 'b', cast('2024-01-01' as timestamp)
union all select 3, null, null