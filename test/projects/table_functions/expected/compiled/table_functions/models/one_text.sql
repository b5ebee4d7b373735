
select * from "goldendb"."golden"."sales" where amount >= least