select * from {{ ref('mart_a') }} a join {{ ref('stg_one') }} b on a.id = b.id where false
