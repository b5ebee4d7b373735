
select o.id, c.name, o.amount from "goldendb"."golden"."orders" o join "goldendb"."production"."countries" c on c.code = o.country