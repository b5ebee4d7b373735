{{ config(materialized='table') }}
select 'none' as name, count(*) as n from {{ ref('no_parameters') }}()
union all select 'one', count(*) from {{ ref('one_text') }}(15)
union all select 'comma', count(*) from {{ ref('comma_text') }}(15)
union all select 'comma 2', count(*) from {{ ref('comma_text') }}(15, b := 25)
union all select 'listed', count(*) from {{ ref('listed') }}('north', 20)
