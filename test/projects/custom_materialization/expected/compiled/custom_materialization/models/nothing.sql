
select 11 as n