select '{{ helper("v") }}' as v, count(*) from {{ ref('b') }} -- {{ this }}
