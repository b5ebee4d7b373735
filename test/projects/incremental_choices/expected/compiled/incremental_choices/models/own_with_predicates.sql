
select 3 as id, 'x' as said  union all select 2, 'new'