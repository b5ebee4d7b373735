
select id, name, cast(paid as numeric(12, 3)) as paid, cast(born as date) as born, cast(null as timestamp) as seen from "goldendb"."golden"."people"