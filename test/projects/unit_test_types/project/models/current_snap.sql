select id, count(*) as n from {{ ref('snap') }} where dbt_valid_to is null group by id
