{{ config(enabled=var('people', false)) }}
select * from {{ source('raw', 'people') }}
