select "Mixed", "select" from {{ ref('odd_input') }}
