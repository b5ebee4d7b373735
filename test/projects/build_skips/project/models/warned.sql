select cast(null as integer) as id from {{ ref('start') }}
