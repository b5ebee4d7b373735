
    
    

select
    id as unique_field,
    count(*) as n_records

from (select * from "goldendb"."golden"."numbers_view" where grp = 'a') dbt_subquery
where id is not null
group by id
having count(*) > 1


