select * from {{ ref('below') }}
