select
    order_id,
    'plain' as label,
    'none' as other,
    'dev' as stage,
    cast('2020-01-01' as date) as today,
    (order_id * 2) as doubled,
    '"goldendb"."golden"."labelled"' as me,
    'labelled' as model_name
from "goldendb"."golden"."stg_orders"