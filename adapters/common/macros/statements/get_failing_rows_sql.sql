{# Ours: some of the rows that a test's query finds, for `--report`. Dispatched, so that `<adapter>__get_failing_rows_sql` overrides it. #}
{% macro get_failing_rows_sql(compiled_code, limit) -%}
  {{ return(adapter.dispatch('get_failing_rows_sql', 'dbt')(compiled_code, limit)) }}
{%- endmacro %}

{% macro default__get_failing_rows_sql(compiled_code, limit) -%}
  {{ get_limit_subquery_sql('select * from (\n' ~ compiled_code ~ '\n) as failing_rows', limit) }}
{%- endmacro %}
