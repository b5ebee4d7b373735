select * from {{ ref('below_ephemeral') }}
