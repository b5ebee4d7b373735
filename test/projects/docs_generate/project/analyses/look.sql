select * from {{ ref('plain_view') }}
