
select * from "goldendb"."golden"."first_fails"