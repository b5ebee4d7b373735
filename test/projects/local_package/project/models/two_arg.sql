select * from {{ ref('shared', 'same') }}
