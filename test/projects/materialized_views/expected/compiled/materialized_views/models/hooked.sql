
-- depends_on: "goldendb"."golden"."sales"
select 0 as step, 'none'::text as kind where false