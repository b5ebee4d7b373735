{{ config(materialized='incremental', unique_key='id') }}
select id, country, amount from {{ ref('raw_orders') }}
