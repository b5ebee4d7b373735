select id, name, city, gone,
    case when starts is null then 'open' when starts between '2025-01-01' and '9000-01-01' then 'run' else cast(starts as varchar) end as valid_from,
    case when ends is null then 'open' when ends between '2025-01-01' and '9000-01-01' then 'run' else cast(ends as varchar) end as valid_to
  from "goldendb"."golden"."own_names"
