select count(*) as n
from {{ ref('senior_ids') }} a
join {{ ref('senior_ids') }} b on a.id = b.id
