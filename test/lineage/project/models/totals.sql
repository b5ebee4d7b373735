{{ config(materialized='table', alias='order totals') }}
select customer_id, count(*) as orders, sum(case when status = 'paid' then amount else 0 end) as paid
from {{ ref('orders_enriched') }}
where nr > 0
group by 1
