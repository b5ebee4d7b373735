{# What the adapter calls by name may come from any package. #}
{% macro truncate_relation(relation) %}
  {% call statement('truncate_relation') %}delete from {{ relation }}{% endcall %}
  {% do run_query('create table if not exists ' ~ target.schema ~ '.emptied_by_the_package as select 1 as n') %}
{% endmacro %}
