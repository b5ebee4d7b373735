with aged as (
    select id, name, coalesce(age, 0) as age from {{ ref('base_people') }}
)
select id, name, age, age >= 70 as is_senior from aged
