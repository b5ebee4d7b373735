
    
    

select
    "Id" as unique_field,
    count(*) as n_records

from "goldendb"."golden_Mixed Case"."MixedCase"
where "Id" is not null
group by "Id"
having count(*) > 1


