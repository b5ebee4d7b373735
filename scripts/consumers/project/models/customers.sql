{{ config(materialized='table', meta={'owner': 'finance'}) }}
{% do log('building ' ~ this, info=true) %}
select customer_id, count(*) as orders, sum(amount) as amount
from {{ ref('stg_orders') }}
where customer_id is not null
group by customer_id
