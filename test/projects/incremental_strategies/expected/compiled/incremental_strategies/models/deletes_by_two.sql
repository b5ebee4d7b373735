
select * from "goldendb"."golden"."arrivals"