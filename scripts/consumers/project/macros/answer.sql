{% macro answer(question, parts=none, size=0) %}
  {% set found = run_query('select count(*) as n from ' ~ ref('stg_orders')) %}
  {{ log('ANSWER ' ~ tojson({'question': question, 'parts': parts, 'filler': 'x' * size, 'orders': found.columns[0].values()[0]}), info=true) }}
{% endmacro %}
