{# Which macro writes the statement depends on kind and language of the function; the relation knows its name. #}
{% materialization function, default, supported_languages=['sql', 'python', 'javascript'] -%}
  {%- set old = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type=this.Function) -%}

  {%- do run_hooks(pre_hooks) -%}
  {#- Under another name, since the name to dispatch is no literal and cannot be found by reading -#}
  {%- set find = adapter.dispatch -%}
  {%- set build = find(this.get_function_macro_name(this.get_function_config(model)), 'dbt') -%}
  {%- do function_execute_build_sql(build(target_relation), old, target_relation) -%}
  {%- do run_hooks(post_hooks) -%}

  {%- do return({'relations': [target_relation]}) -%}
{%- endmaterialization %}

{% macro function_execute_build_sql(build_sql, existing_relation, target_relation) -%}
  {%- do return(adapter.dispatch('function_execute_build_sql', 'dbt')(build_sql, existing_relation, target_relation)) -%}
{%- endmacro %}

{% macro default__function_execute_build_sql(build_sql, existing_relation, target_relation) -%}
  {%- call statement('main') -%}
    {{ build_sql }}
  {%- endcall -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) -%}
  {%- do persist_docs(target_relation, model) -%}
  {%- do adapter.commit() -%}
{%- endmacro %}
