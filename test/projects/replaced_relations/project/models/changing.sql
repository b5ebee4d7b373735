{{ config(materialized=var('kind'), alias=var('alias', 'changing')) }}
select {{ var('n', 1) }} as n
