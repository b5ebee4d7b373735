
select 1 as id, 'model' as said