
select 3 as id, 33 as kept, cast(3.5 as numeric(10, 2)) as gained_too, 'g3' as gained