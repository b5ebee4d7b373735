select id as "Some Id", name as "Name", changed_at as "Changed At" from {{ ref('people') }}
