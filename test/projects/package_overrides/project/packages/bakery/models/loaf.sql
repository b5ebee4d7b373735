select who, '{{ var("heat") }}' as heat, '{{ name_of("loaf") }}' as named, '{{ oven.name_of("loaf") }}' as theirs, {{ ref('crumbs') | string | length > 0 }} as found
from {{ ref('oven', 'reads_taken_over') }}
