{{ config(materialized='incremental', unique_key='id') }}
select id, cast(name as varchar(40)) as name from {{ ref('people') }}
