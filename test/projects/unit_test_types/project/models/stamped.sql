select id, {{ dbt.current_timestamp() }} as moment, {{ part.twice('id') }} as doubled, '{{ this.name }}' as me, '{{ invocation_args_dict.which }}' as which
from {{ ref('from_seed') }}
