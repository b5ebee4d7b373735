{{ config(enabled=var('people', false)) }}
select p.name, p.born, o.nope from {{ source('raw', 'people') }} p join {{ ref('stg_orders') }} o on o.order_id = p.id
