
select * from "goldendb"."golden__marts"."from_tree"