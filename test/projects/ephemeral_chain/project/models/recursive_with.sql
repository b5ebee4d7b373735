{{ config(materialized='table') }}
with recursive numbers as (
    select 1 as n
    union all
    select n + 1 from numbers where n < 3
)
select n, g.name from numbers join {{ ref('grown_people') }} g on g.id = numbers.n
