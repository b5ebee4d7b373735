{{ config(tags=['nightly']) }}
select * from {{ source('raw', 'seeded') }}
