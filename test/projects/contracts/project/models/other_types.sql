select cast('x' as varchar) as id, 1.5 as amount
