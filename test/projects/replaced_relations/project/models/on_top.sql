select * from {{ ref('stays_table') }}
