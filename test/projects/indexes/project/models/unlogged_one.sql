{{ config(materialized='table', unlogged=true, indexes=[{'columns': ['code'], 'type': 'hash'}] if target.type == 'postgres' else []) }}
select * from {{ ref('codes') }}
