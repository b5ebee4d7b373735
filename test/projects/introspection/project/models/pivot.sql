{% set methods = distinct_values(ref('payments'), 'method') %}
select
  paid_on
  {%- for m in methods %},
  sum(case when method = '{{ m }}' then amount else 0 end) as {{ m }}_amount
  {%- endfor %}
from {{ ref('payments') }}
group by paid_on
