
select * from "goldendb"."golden"."sales" where id < 4