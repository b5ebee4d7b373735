select id, 2 as v from {{ ref('from_seed') }}
