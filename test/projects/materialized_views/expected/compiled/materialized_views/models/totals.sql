
-- depends_on: "goldendb"."golden"."hooked"
select shop, sum(amount) as total, count(*) as sales from "goldendb"."golden"."sales" group by shop