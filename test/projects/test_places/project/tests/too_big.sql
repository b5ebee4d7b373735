select id from {{ ref('below') }} where id >= 3 order by 1
