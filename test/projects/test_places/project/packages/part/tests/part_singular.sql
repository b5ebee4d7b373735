select * from {{ ref('part_model') }} where id is null
