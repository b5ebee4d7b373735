select id, upper(name) as name from {{ ref('part_input') }}
