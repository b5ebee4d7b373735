{{ config(enabled=var('people', false)) }}
select id from {{ ref('broken') }}
