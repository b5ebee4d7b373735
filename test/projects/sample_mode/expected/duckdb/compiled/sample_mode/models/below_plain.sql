
select count(*) as n, min(id) as first from (select * from "goldendb"."golden"."plain" where "moment" >= '2024-01-02 00:00:00+00:00' and "moment" < '2024-01-04 12:00:00+00:00')