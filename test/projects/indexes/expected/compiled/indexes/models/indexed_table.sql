
select * from "goldendb"."golden"."codes"