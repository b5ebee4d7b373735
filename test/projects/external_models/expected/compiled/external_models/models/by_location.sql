
select id, region from "goldendb"."golden"."as_csv"