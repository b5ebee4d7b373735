{% materialization noted, default %}
  {% set target_relation = this.incorporate(type='table') %}
  {% do drop_relation_if_exists(load_cached_relation(this)) %}
  {{ run_hooks(pre_hooks) }}
  {% call statement('main') %} create table {{ target_relation }} as select 'package' as made_by, * from ( {{ sql }} ) s {% endcall %}
  {{ run_hooks(post_hooks) }}
  {{ adapter.commit() }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization noted, adapter='postgres', supported_languages=['sql', 'python'] %}
  {% set target_relation = this.incorporate(type='table') %}
  {% do drop_relation_if_exists(load_cached_relation(this)) %}
  {{ run_hooks(pre_hooks) }}
  {% call statement('main') %} create table {{ target_relation }} as select 'package for postgres' as made_by, * from ( {{ sql }} ) s {% endcall %}
  {{ run_hooks(post_hooks) }}
  {{ adapter.commit() }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# The name of one that is built in: not used, unless the project says so. #}
{% materialization table, default %}
  {% set target_relation = this.incorporate(type='table') %}
  {% do drop_relation_if_exists(load_cached_relation(this)) %}
  {% call statement('main') %} create table {{ target_relation }} as select 'package table' as made_by, * from ( {{ sql }} ) s {% endcall %}
  {{ adapter.commit() }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
  {{ exceptions.raise_compiler_error('the view of the package') }}
{% endmaterialization %}
