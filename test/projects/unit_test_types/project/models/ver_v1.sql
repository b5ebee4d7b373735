select id, 1 as v from {{ ref('from_seed') }}
