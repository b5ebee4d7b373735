
    
select grp, sum(val) as total
from "goldendb"."golden"."numbers_view"
group by grp
having sum(val) <= 0
