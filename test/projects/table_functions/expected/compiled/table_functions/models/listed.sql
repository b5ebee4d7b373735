
select * from "goldendb"."golden"."sales" where region = region_name and amount >= least 