
select id, moment, 'none' as batch, '' as window_start
from "goldendb"."golden"."events"