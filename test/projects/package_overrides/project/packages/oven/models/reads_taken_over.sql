select who from {{ ref('taken_over') }}
