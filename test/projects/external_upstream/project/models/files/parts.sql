{{ config(options={'partition_by': 'region', 'overwrite_or_ignore': 1}, format='csv') }} select * from {{ ref('first_file') }}
