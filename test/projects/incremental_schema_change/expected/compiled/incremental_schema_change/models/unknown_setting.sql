
select 3 as id, 'x' as kept , 'new' as gained