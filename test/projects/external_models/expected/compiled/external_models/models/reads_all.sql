
select 'plain' as name, count(*) as n from "goldendb"."golden"."plain"
union all select 'json', count(*) from "goldendb"."golden"."as_json"
union all select 'location', count(*) from "goldendb"."golden"."by_location"
union all select 'zipped', count(*) from "goldendb"."golden"."zipped"
union all select 'partitioned', count(*) from "goldendb"."golden"."partitioned"
union all select 'twice', count(*) from "goldendb"."golden"."partitioned_twice"
union all select 'empty', count(*) from "goldendb"."golden"."empty_one"
union all select 'threads', count(*) from "goldendb"."golden"."per_thread"