select a.id from {{ ref('stg_one') }} a join {{ ref('stg_two') }} b on a.id = b.id
