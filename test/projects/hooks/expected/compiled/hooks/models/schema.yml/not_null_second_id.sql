
    
    



select id
from "goldendb"."golden"."second"
where id is null


