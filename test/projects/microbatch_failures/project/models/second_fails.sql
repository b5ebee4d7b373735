select id, moment, amount as ratio,
  {%- if model.batch.id == '20240102' and not var('fixed', false) %} cast('x' as integer){% else %} 1{% endif %} as one
from {{ ref('events') }}
