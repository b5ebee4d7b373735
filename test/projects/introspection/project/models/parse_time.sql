-- depends_on: {{ ref('payments') }}
{% if execute %}
  {% set n = run_query('select count(*) from ' ~ ref('payments'))[0][0] %}
{% else %}
  {% set n = -1 %}
{% endif %}
select {{ n }} as n, '{{ execute }}' as executing
