
select * from "goldendb"."golden"."numbers_view" where val < 0