
select count(*) as n from "goldendb"."golden"."second_fails"