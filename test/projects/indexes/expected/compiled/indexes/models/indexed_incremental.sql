
select *, 1 as added from "goldendb"."golden"."codes"