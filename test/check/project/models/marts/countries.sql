select
    country,
    count(distinct customer_id) as customers,
    (select max(o.amount_cents) from {{ ref('fct_orders') }} as o where o.country = f.country) as largest_cents
from {{ ref('fct_orders') }} as f
where exists (select 1 from {{ ref('stg_customers') }} as s where s.country = f.country)
group by country
