
select "From", "group by" from "goldendb"."golden"."Select"