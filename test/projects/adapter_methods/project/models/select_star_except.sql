select
{% for c in adapter.get_columns_in_relation(ref('things')) if c.name != 'price' %}
  {{ adapter.quote(c.name) }}{{ ',' if not loop.last }}
{% else %}
  1 as nothing_while_parsing
{% endfor %}
from {{ ref('things') }}
