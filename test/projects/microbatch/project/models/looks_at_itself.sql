select id, moment
  {%- if is_incremental() %}, (select count(*) from {{ this }}) as before{% else %}, 0 as before{% endif %}
from {{ ref('events') }}
