select id, name from {{ ref('m') }} union all select id, name from {{ ref('m', v=1) }}
