
    
    



select id
from "goldendb"."golden"."checked"
where id is null


