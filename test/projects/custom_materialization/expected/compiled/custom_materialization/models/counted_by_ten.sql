
select id * 2 as doubled from "goldendb"."golden"."counted"