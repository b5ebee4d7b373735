select id, status, updated_at from {{ ref('orders') }} where day = {{ var('day') }}
