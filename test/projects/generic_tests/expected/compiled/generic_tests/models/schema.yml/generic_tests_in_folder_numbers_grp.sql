
select * from "goldendb"."golden"."numbers" where grp = 'z'
