

select "twice" from "goldendb"."golden"."more" where "twice" < 2
