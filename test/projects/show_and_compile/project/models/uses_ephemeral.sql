select * from {{ ref('eph') }} where id > 3
