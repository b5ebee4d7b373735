{{ config(access='protected') }} select * from {{ ref('inner') }}
