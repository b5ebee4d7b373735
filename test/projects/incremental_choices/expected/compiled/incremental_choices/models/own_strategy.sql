
select 1 as id, 'again' as said  union all select 2, 'new'