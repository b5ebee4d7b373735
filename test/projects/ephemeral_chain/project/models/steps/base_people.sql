-- the bottom of the chain
select id, name, age from {{ ref('people') }}
