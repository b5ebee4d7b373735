select id, moment, amount, '{{ model.batch.id if model.batch else "none" }}' as batch, {{ 1 if is_incremental() else 0 }} as incremental
from {{ ref('events') }}
