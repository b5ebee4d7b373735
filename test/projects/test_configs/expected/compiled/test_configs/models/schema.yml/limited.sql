
    
    



select note
from "goldendb"."golden"."numbers_view"
where note is null


