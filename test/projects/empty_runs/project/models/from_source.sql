select id, name from {{ source('raw', 'letters') }} where id < 10
