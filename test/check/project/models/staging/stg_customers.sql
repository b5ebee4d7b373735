with source as (

    select * from {{ ref('customers') }}

),

renamed as (

    select
        id as customer_id,
        name as customer_name,
        lower(email) as email,
        country,
        signed_up_on
    from source

)

select * from renamed
