{{ config(materialized='ephemeral') }}
select customer_id, name from {{ ref('customers_clean') }}
