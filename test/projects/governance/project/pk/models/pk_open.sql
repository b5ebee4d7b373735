{{ config(access='public') }} select * from {{ ref('pk_inner') }}
