{{ config(materialized='ephemeral') }}
select id as customer_id, upper("full name") as name, city from {{ ref('raw_customers') }} where city is not null
