{{ config(materialized='ephemeral') }}
select o.id, c.name, o.amount from {{ ref('orders') }} o join {{ ref('countries') }} c on c.code = o.country
