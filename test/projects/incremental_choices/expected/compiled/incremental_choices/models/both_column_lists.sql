
select 1 as id, 2 as a, 3 as b