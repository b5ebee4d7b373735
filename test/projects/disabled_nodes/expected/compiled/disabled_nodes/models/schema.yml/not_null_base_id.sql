
    
    



select id
from "goldendb"."golden"."base"
where id is null


