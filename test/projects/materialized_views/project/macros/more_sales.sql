{% macro more_sales() %}
  {% call statement('insert', auto_begin=true) %}
    insert into {{ target.schema }}.sales values (4, 'east', 5)
  {% endcall %}
  {% do adapter.commit() %}
{% endmacro %}
