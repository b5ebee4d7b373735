{# How many rows a generic test looks at, for thresholds in percent. `relation` is what the test has as `model`: with `where` a subquery. #}
{% macro get_tested_rows_sql(relation) -%}
  {%- do return(adapter.dispatch('get_tested_rows_sql', 'dbt')(relation)) -%}
{%- endmacro %}

{% macro default__get_tested_rows_sql(relation) -%}
  {%- do return('select count(*) as tested_rows from ' ~ relation) -%}
{%- endmacro %}
