
select id as "Key", name as "two words", amount as "select", day as "DAY" from "goldendb"."golden"."arrivals" where id is not null