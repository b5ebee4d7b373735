select id, moment {%- if not var('fixed', false) %}, {{ exceptions.raise_compiler_error('not today') if model.batch.id == '20240101' }}{% endif %}
from {{ ref('events') }}
