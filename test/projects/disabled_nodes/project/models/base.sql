select * from {{ ref('on_seed') }}
