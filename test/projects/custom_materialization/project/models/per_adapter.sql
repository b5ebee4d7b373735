{{ config(materialized='whichever') }}
select 'ignored' as x
