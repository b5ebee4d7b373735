
select id, region from "goldendb"."golden"."sales"