select id, amount from {{ ref('arrivals') }}
