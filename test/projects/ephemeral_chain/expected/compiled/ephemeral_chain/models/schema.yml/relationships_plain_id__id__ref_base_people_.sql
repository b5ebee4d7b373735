
    
    

with  __dbt__cte__base_people as (
-- the bottom of the chain
select id, name, age from "goldendb"."golden"."people"
), child as (
    select id as from_field
    from "goldendb"."golden"."plain"
    where id is not null
),

parent as (
    select id as to_field
    from __dbt__cte__base_people
)

select
    from_field

from child
left join parent
    on child.from_field = parent.to_field

where parent.to_field is null


