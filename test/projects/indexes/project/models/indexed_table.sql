{{ config(materialized='table', indexes=[{'columns': ['code'], 'unique': true}, {'columns': ['name', 'code']}]) }}
select * from {{ ref('codes') }}
