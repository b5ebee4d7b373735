
select * from "goldendb"."golden"."no_parameters"() where amount between a and b