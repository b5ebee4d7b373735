
select id, name, changed_at from "goldendb"."golden"."people"