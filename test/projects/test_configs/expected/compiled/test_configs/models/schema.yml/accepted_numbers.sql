
    
    

with all_values as (

    select
        val as value_field,
        count(*) as n_records

    from "goldendb"."golden"."numbers_view"
    group by val

)

select *
from all_values
where value_field not in (
    10,20,30
)


