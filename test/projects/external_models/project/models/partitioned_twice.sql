{{ config(format='csv', options={'partition_by': 'region, id', 'overwrite_or_ignore': true}) }}
select * from {{ ref('sales') }} where id < 4
