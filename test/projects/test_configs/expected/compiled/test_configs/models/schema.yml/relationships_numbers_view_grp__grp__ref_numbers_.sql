
    
    

with child as (
    select grp as from_field
    from "goldendb"."golden"."numbers_view"
    where grp is not null
),

parent as (
    select grp as to_field
    from "goldendb"."golden"."numbers"
)

select
    from_field

from child
left join parent
    on child.from_field = parent.to_field

where parent.to_field is null


