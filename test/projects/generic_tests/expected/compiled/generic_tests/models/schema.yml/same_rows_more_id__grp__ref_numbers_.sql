
select id, grp from "goldendb"."golden"."more"
except
select id, grp from "goldendb"."golden"."numbers"
