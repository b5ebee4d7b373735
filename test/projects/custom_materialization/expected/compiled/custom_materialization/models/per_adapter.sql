
select 'ignored' as x