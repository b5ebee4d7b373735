
select 1 as anything