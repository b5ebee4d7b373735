{{ config(materialized='table') }}
with seniors as (
    select * from {{ ref('senior_ids') }}
),
everyone as (
    select * from {{ ref('base_people') }}
)
select e.id, e.name, s.id is not null as is_senior
from everyone e
left join seniors s on e.id = s.id
