
    
    



select id
from "goldendb"."golden"."warned"
where id is null


