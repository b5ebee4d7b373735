select s.id, k.big from {{ ref('from_seed') }} s left join {{ ref('chained') }} k on k.big = s.id
