-- with a trailing comment
select * from "goldendb"."golden"."numbers_view" where id > 100