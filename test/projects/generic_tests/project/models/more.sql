select id, grp, id * 2 as twice from {{ ref('numbers') }}
