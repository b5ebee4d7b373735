{% if execute %}{% endif %}select * from {{ source('raw', 'orders') }} union all select * from {{ source('raw', 'plain') }}
union all select * from {{ source('events', 'clicks') }} union all select * from {{ source('by_project', 'kept') }}
union all select * from {{ source('jinja_names', 'a') }}
