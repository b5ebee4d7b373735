select 1 as id, cast('t' as text) as extra
