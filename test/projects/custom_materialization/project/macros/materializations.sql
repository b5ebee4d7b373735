{% materialization counted_table, default %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set existing = load_cached_relation(this) -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {%- if existing is none or should_full_refresh() -%}
    {%- if existing is not none -%}{%- do adapter.drop_relation(existing) -%}{%- endif -%}
    {%- call statement('main') -%}
      create table {{ target_relation }} as select 1 as times_run, t.* from ({{ sql }}) t
    {%- endcall -%}
  {%- else -%}
    {%- call statement('main') -%}
      update {{ target_relation }} set times_run = times_run + {{ config.get('step', 1) }}
    {%- endcall -%}
  {%- endif -%}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization whichever, adapter='duckdb' %}
  {%- call statement('main') -%}create or replace view {{ this }} as select 'duckdb' as written_for{%- endcall -%}
  {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}

{% materialization whichever, adapter='postgres' %}
  {%- call statement('main') -%}create or replace view {{ this }} as select cast('postgres' as text) as written_for{%- endcall -%}
  {{ adapter.commit() }}
  {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}

{% materialization nothing, default, supported_languages=['sql'] %}
  {%- do store_raw_result('main', message='NOTHING DONE', code='NOTHING', rows_affected='0') -%}
  {{ return({'relations': []}) }}
{% endmaterialization %}
