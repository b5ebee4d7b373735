select count(*) as n, sum(n) as total from {{ ref('in_folder') }}
