select * from {{ ref('same') }}
