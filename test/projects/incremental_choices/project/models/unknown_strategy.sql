{{ config(incremental_strategy='nowhere') }}
select 1 as id
