select id, name, city,
    case when dbt_valid_from is null then 'open' when dbt_valid_from between '2025-01-01' and '9000-01-01' then 'run' else cast(dbt_valid_from as varchar) end as valid_from,
    case when dbt_valid_to is null then 'open' when dbt_valid_to between '2025-01-01' and '9000-01-01' then 'run' else cast(dbt_valid_to as varchar) end as valid_to
  from "goldendb"."golden_history"."two_keys_history"
