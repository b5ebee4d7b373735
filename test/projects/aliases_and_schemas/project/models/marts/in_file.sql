{{ config(schema='file') }}
select * from {{ ref('from_tree') }}
