with __dbt__cte__chained as (
 select big from "goldendb"."golden"."kinds"
) select s.id, k.big from "goldendb"."golden"."from_seed" s left join __dbt__cte__chained k on k.big = s.id