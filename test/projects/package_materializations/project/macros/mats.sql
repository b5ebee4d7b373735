{% materialization twice, default, supported_languages=['python'] %}
  {{ return({'relations': []}) }}
{% endmaterialization %}
{% materialization says_nothing, default %}
  {% call statement('main') %} select 1 {% endcall %}
{% endmaterialization %}
{% materialization no_main, default %}
  {{ return({'relations': []}) }}
{% endmaterialization %}
{% materialization wrong_dict, default %}
  {% call statement('main') %} select 1 {% endcall %}
  {{ return({'relation': this}) }}
{% endmaterialization %}
{% materialization wrong_list, default %}
  {% call statement('main') %} select 1 {% endcall %}
  {{ return({'relations': this}) }}
{% endmaterialization %}
{% materialization wrong_items, default %}
  {% call statement('main') %} select 1 {% endcall %}
  {{ return({'relations': ['a name']}) }}
{% endmaterialization %}
{% materialization wrong_type, default %}
  {% call statement('main') %} select 1 {% endcall %}
  {{ return(3) }}
{% endmaterialization %}
{% materialization elsewhere, adapter='snowflake' %}
  {{ return({'relations': []}) }}
{% endmaterialization %}
{# What the documentation recommends: the project takes the package's by its full name. #}
{% materialization incremental, default %}
  {{ return(helpers.materialization_noted_default()) }}
{% endmaterialization %}
