
    
    

select
    id || '-' || grp as unique_field,
    count(*) as n_records

from "goldendb"."golden"."numbers_view"
where id || '-' || grp is not null
group by id || '-' || grp
having count(*) > 1


