-- two arguments reach into a package, one finds it anywhere
select a.who, b.n, '{{ oven.dispatched() }}' as dispatched, '{{ bakery.dispatched() }}' as through_bakery
from {{ ref('bakery', 'loaf') }} a cross join {{ ref('crumbs') }} b
