
select shop from "goldendb"."golden"."totals" where total > 15