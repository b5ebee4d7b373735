{% macro fragile(table) %}{% do run_query("select * from " ~ table) %}{% endmacro %}
