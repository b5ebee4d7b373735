{{ config(format=var('fmt')) }}
select * from {{ ref('sales') }} where id > {{ 10 if var('step') == 1 else 1 }}
