
select * from (select count(*) as n from "goldendb".golden_landing."raw_orders_v2") counted where n < 3
