select * from {{ ref('heats') }} where id > 1
