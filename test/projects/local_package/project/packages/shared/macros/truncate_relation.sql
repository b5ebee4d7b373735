{# What the adapter calls by name may come from any package, and finds the macros of that package by their bare names. #}
{% macro truncate_relation(relation) %}
  {{ return(adapter.dispatch('truncate_relation')(relation)) }}
{% endmacro %}
{% macro default__truncate_relation(relation) %}
  {% call statement('truncate_relation') %}delete from {{ relation }}{% endcall %}
  {{ note_emptied() }}
{% endmacro %}
{% macro note_emptied() %}
  {% do run_query('create table if not exists ' ~ target.schema ~ '.emptied_by_the_package as select 1 as n') %}
{% endmacro %}
