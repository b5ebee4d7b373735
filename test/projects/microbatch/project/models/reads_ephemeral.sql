select id, moment from {{ ref('in_passing') }}
