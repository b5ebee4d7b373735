{{ config(materialized='table', indexes=[{'columns': ['id'], 'unique': true}, {'columns': ['name', 'id'], 'type': 'btree'}, {'columns': ['name'], 'type': 'hash'}]) }}
select 1 as id, 'x' as name
