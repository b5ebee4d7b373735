{{ config(options={'partition_by': 'region', 'overwrite_or_ignore': 1}, parquet_read_options={'hive_partitioning': true, 'union_by_name': true}) }}
select * from {{ ref('sales') }} where id < 4
