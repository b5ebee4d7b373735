{% macro distinct_values(relation, column) %}
  {% if not execute %}{{ return([]) }}{% endif %}
  {% set rows = run_query('select distinct ' ~ column ~ ' as v from ' ~ relation ~ ' order by 1') %}
  {{ return(rows.columns[0].values() | list) }}
{% endmacro %}

{% macro as_sql_list(values) %}{% for v in values %}'{{ v }}'{{ ', ' if not loop.last }}{% endfor %}{% endmacro %}
