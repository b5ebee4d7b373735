
select 'none' as name, count(*) as n from "goldendb"."golden"."no_parameters"()
union all select 'one', count(*) from "goldendb"."golden"."at_least"(15)
union all select 'comma', count(*) from "goldendb"."golden"."comma_text"(15)
union all select 'comma 2', count(*) from "goldendb"."golden"."comma_text"(15, b := 25)
union all select 'listed', count(*) from "goldendb"."golden"."listed"('north', 20)