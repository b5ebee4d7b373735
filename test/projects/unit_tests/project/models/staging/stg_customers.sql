with source as (
    select * from {{ source('raw', 'customers') }}
)
select id as customer_id, upper(name) as name from source
