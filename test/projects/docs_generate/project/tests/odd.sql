{{ config(store_failures=true) }}
select id from {{ ref('people') }} where id > 1
