select
    customer_id,
    country,
    lag(country) over (partition by customer_id order by dbt_valid_from) as country_before,
    dbt_valid_to is null as is_current
from {{ ref('customer_history') }}
