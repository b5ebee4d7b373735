
    
    

with all_values as (

    select
        "id two" as value_field,
        count(*) as n_records

    from "goldendb"."golden_Mixed Case"."MixedCase"
    group by "id two"

)

select *
from all_values
where value_field not in (
    2
)


