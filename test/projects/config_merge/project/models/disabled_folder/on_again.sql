{{ config(enabled=true) }}
select 6 as id
