
select '3' as cols