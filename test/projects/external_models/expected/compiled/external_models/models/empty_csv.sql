
select * from "goldendb"."golden"."sales" where false