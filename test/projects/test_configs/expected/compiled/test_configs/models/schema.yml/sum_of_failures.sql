
    
    

with all_values as (

    select
        note as value_field,
        count(*) as n_records

    from "goldendb"."golden"."numbers_view"
    group by note

)

select *
from all_values
where value_field not in (
    'y','z'
)


