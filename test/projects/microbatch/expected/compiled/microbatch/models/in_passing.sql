
select id, moment from "goldendb"."golden"."events"