
    
    

with all_values as (

    select
        "group by" as value_field,
        count(*) as n_records

    from "goldendb"."golden_Mixed Case"."order"
    group by "group by"

)

select *
from all_values
where value_field not in (
    'a','b'
)


