
    
    

with all_values as (

    select
        grp as value_field,
        count(*) as n_records

    from "goldendb"."golden"."numbers_view"
    group by grp

)

select *
from all_values
where value_field not in (
    'a','b','c'
)


