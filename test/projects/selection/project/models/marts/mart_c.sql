{{ config(tags=['nightly', 'core']) }}
select 1 as id
