
select * from (select * from (select * from "goldendb"."golden"."events" where false limit 0) where moment >= '2024-01-02 00:00:00+00:00' and moment < '2024-01-04 00:00:00+00:00')