{{ config(format='csv') }}
select * from {{ ref('sales') }} where false
