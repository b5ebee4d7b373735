select id from {{ ref('orders_by_time') }} where dbt_valid_to is null and status = 'open'
