select 1 as id, cast('a' as varchar) as code, 5 as amount union all select 2, 'b', 7
