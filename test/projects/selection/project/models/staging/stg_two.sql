select * from {{ ref('seeded') }}
