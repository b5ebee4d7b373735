
    
    



select id
from "goldendb"."golden_landing"."customers"
where id is null


