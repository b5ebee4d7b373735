
    
    



select id
from "goldendb"."golden"."numbers_view"
where id is null


