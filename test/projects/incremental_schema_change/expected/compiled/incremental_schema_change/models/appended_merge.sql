
select 1 as id, 'day 3' as said , 3 as day