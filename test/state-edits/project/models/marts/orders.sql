{{ config(materialized='incremental', unique_key='id', tags=['daily'], post_hook='select 1') }}
select o.id, o.amount, g.country
from {{ ref('stg_orders') }} o join {{ ref('customer_groups') }} g on g.id = o.customer_id
{% if is_incremental() %}where o.ordered_at > (select max(ordered_at) from {{ this }}){% endif %}
