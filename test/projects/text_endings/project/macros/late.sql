{% macro note() %}select 1{% endmacro %}
{% macro number() %}1{% endmacro %}
{% macro get_where_subquery(relation) %}{{ return(default__get_where_subquery(relation)) }}{% endmacro %}

{% macro look_back() %}
  {% if execute %}
    {% set node = graph.nodes['model.text_endings.first'] %}
    {% set test = graph.nodes.values() | selectattr('resource_type', 'equalto', 'test') | first %}
    create table {{ target.schema }}.seen as
    select '{{ node.compiled_code is defined }} {{ node.compiled_path }} {{ node.build_path }} {{ node.depends_on.macros | join(",") }}' as model,
      '{{ test.compiled_code is defined }} {{ test.compiled_path }}' as test
  {% endif %}
{% endmacro %}
