
select 'incremental' as how, true as added