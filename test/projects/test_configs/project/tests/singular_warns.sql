{{ config(severity='warn', tags='chosen') }}
select * from {{ ref('numbers_view') }} where val < 0
