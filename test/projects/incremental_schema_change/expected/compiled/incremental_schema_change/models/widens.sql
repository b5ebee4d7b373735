
select 3 as id, cast('xxxxxxxxxxxx' as varchar(12)) as text