
select max(amount) from "goldendb"."golden"."amounts" where amount < below