select id, degrees from {{ source('pantry', 'heats') }}
-- depends_on: {{ ref('heats') }}
