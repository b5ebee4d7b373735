{% macro keep(name, value) %}{% do context.update({name: value}) %}{% endmacro %}

{% macro by_name() %}{{ kept | default('no kept') }} {{ also | default('no also') }} {{ both | default('no both') }} {{ listed | default('no list') }}{% endmacro %}

{% macro target_of() %}{% do keep('schema', 'elsewhere') %}{{ schema_here() }} {{ context['schema'] }}{% endmacro %}

{% macro schema_here() %}{{ schema }}{% endmacro %}

{% materialization test, default %}
  {% do keep('sql', 'select 1 as one where 1 = 2') %}
  {{ return(dbt.materialization_test_default()) }}
{% endmaterialization %}
