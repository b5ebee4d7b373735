
select id, grp, id, grp, id, grp, id, grp, id, grp, id, grp, id, grp from "goldendb"."golden"."more"
except
select id, grp, id, grp, id, grp, id, grp, id, grp, id, grp, id, grp from "goldendb"."golden"."numbers"
