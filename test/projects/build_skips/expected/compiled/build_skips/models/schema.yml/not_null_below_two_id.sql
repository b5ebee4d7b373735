
    
    



select id
from "goldendb"."golden"."below_two"
where id is null


