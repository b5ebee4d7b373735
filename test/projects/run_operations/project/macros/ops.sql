{% macro hello(name='nobody', list=none, flag=true) %}
  {{ print('Hello ' ~ name) }}
  {% do print(list) %}
  {% do print(flag) %}
  {% do log('logged with info', info=true) %}
  {% do log('logged without') %}
  {{ 'output is not shown' }}
{% endmacro %}

{% macro make_table(name) %}
  {% set sql %}
    create schema if not exists {{ target.schema }};
    create table {{ target.schema }}.{{ name }} as select 1 as id, 'x' as v;
  {% endset %}
  {% do run_query(sql) %}
  {% do run_query('commit') if target.type == 'postgres' %}
{% endmacro %}

{% macro read_table(name) %}
  {% set rows = run_query('select * from ' ~ target.schema ~ '.' ~ name) %}
  {% for row in rows %}{% do print(row.id ~ ' ' ~ row['v'] ~ ' ' ~ row | length) %}{% endfor %}
  {% do rows.print_table() %}
  {% do print(execute) %}
{% endmacro %}

{% macro fails() %}{{ exceptions.raise_compiler_error('failed on purpose') }}{% endmacro %}

{% macro uses_refs() %}
  {% do print(ref('a').identifier ~ ' ' ~ graph.nodes | length ~ ' ' ~ flags.WHICH ~ ' ' ~ target.name in ['duckdb', 'postgres']) %}
  {% do print(builtins.ref('a').schema) %}
{% endmacro %}
