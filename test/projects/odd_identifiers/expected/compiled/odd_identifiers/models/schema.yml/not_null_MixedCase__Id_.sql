
    
    



select "Id"
from "goldendb"."golden_Mixed Case"."MixedCase"
where "Id" is null


