
select c.name, sum(o.amount) as spent
from "goldendb".golden_landing."raw_orders_v2" o
join "goldendb"."golden_landing"."customers" c on c.id = o.customer_id
group by c.name