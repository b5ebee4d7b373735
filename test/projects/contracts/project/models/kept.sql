select 1 as id, cast('a' as varchar) as name, cast('2024-01-01' as date) as day
