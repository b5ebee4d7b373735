select 10 as id, 1 as parent_id, cast('x' as varchar) as note
