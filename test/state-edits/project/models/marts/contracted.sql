select 1 as id, 'x' as label, cast(1 as decimal(10, 2)) as price
