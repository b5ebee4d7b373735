{{ config(severity='warn', tags=var('t')) }}select 1 where false
