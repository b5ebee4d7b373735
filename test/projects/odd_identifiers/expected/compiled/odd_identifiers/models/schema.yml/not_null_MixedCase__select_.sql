
    
    



select "select"
from "goldendb"."golden_Mixed Case"."MixedCase"
where "select" is null


