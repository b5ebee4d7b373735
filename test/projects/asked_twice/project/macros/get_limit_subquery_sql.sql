{% macro get_limit_subquery_sql(sql, limit) %}select * from ({{ sql }}) {{ nothing() }}{% endmacro %}

{% macro nothing() %}{% endmacro %}
