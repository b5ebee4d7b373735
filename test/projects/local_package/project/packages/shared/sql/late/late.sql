select v.scoped, s.id, i.came_from from {{ ref('vars') }} v cross join {{ ref('shared_seed') }} s cross join {{ ref('inner', 'innermost') }} i
