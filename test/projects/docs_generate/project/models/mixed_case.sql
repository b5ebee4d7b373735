{{ config(materialized='table', alias='MixedCase') }}
select id as "ID", name as "Full Name" from {{ ref('inlined') }} cross join (select 'x' as name) n
