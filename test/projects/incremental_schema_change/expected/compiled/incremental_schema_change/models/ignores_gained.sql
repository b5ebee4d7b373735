
select 1 as id, 'x' as kept , 'new' as gained