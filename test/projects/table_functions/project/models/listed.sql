{{ config(materialized='table_function', parameters=['region_name', 'least']) }}
select * from {{ ref('sales') }} where region = region_name and amount >= least {{ 'and true' if var('step', 1) == 2 }}
