{{ config(enabled=false) }}
select * from {{ ref('also_never') }}
