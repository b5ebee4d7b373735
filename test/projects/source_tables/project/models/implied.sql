select count(*) as n from {{ source('golden_landing', 'customers') }}
