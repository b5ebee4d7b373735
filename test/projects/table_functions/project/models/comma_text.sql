{{ config(materialized='table_function', parameters='a, b := 100') }}
select * from {{ ref('no_parameters') }}() where amount between a and b
