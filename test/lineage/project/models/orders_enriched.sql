select o.*, c.name as customer_name,
  row_number() over (partition by o.customer_id order by o.ordered_at) as nr
from {{ ref('stg_orders') }} o
left join {{ ref('customers_named') }} c on c.customer_id = o.customer_id
