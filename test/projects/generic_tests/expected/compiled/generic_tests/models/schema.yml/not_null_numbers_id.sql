
-- the project's own not_null
select * from "goldendb"."golden"."numbers" where id is null or id = 3
