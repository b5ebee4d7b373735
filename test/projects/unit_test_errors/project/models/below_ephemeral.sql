select * from {{ ref('big_orders') }}
