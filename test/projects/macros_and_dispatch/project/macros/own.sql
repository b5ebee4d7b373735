{% macro default__shout(text) %}{{ text | upper }}!!!{% endmacro %}

{% macro same_name() %}root{% endmacro %}

{% macro variadic(first, second='two') -%}
first={{ first }} second={{ second }} varargs={{ varargs }} kwargs={{ kwargs }}
{%- endmacro %}

{% macro factorial(n) -%}
{%- if n <= 1 -%}{{ return(1) }}{%- endif -%}{{ return(n * factorial(n - 1)) }}
{%- endmacro %}

{% macro wrap(tag) -%}
<{{ tag }}>{{ caller('inner') }}</{{ tag }}>
{%- endmacro %}

{% macro columns_of() %}{{ return({'names': ['a', 'b'], 'n': 2}) }}{% endmacro %}

{% macro concat(fields) %}{{ fields | join(' || ') }}{% endmacro %}

{% macro say(what, times=1) %}
  {% for i in range(times) %}{% do print(what) %}{% do print(i ~ ': ' ~ what | tojson) %}{% endfor %}
  {% do log('not on the screen') %}
  {{ return('returned') }}
{% endmacro %}

{% macro duckdb__where_am_i() %}duck{% endmacro %}
{% macro postgres__where_am_i() %}elephant{% endmacro %}
{% macro default__where_am_i() %}nowhere{% endmacro %}
