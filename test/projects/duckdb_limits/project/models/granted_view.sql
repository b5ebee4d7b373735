select * from {{ ref('granted_table') }}
