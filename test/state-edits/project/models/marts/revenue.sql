{{ config(alias='revenue_total', schema='money') }}
select country, sum(amount) as amount from {{ ref('orders') }} group by 1
