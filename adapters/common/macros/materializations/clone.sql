{# A copy of the relation in the other environment: without moving data where the database can, else a view over it. #}
{% materialization clone, default -%}
  {%- if not defer_relation -%}
    {%- do log('No relation found in state manifest for ' ~ model.unique_id, info=True) -%}
    {%- do return({'relations': []}) -%}
  {%- endif -%}

  {%- set old = load_cached_relation(this) -%}
  {%- if old and not flags.FULL_REFRESH -%}
    {%- do log('Relation ' ~ old ~ ' already exists', info=True) -%}
    {%- do return({'relations': []}) -%}
  {%- endif -%}

  {%- set other = load_cached_relation(defer_relation) -%}
  {%- set cloneable = can_clone_table() -%}
  {%- if not (cloneable and other and other.type == 'table') -%}
    {#- `sql` of a clone is a select from the other relation, so the view materialization does it -#}
    {%- set own_view = 'materialization_view_' ~ adapter.type() -%}
    {%- set build = context[own_view if own_view in context else 'materialization_view_default'] -%}
    {%- do return(build()) -%}
  {%- endif -%}

  {%- set target_relation = this.incorporate(type='table') -%}
  {%- if old is not none and not old.is_table -%}
    {%- do log('Dropping relation ' ~ old.render() ~ ' because it is of type ' ~ old.type) -%}
    {%- do drop_relation_if_exists(old) -%}
  {%- endif -%}

  {%- if (target_relation.database, target_relation.schema, target_relation.identifier)
      == (defer_relation.database, defer_relation.schema, defer_relation.identifier) -%}
    {%- do log('Target relation and defer relation are the same, skipping clone for relation: ' ~ target_relation.render()) -%}
  {%- else -%}
    {%- call statement('main') -%}
      {{ create_or_replace_clone(target_relation, defer_relation) }}
    {%- endcall -%}
  {%- endif -%}

  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(old, full_refresh_mode=True)) -%}
  {%- do persist_docs(target_relation, model) -%}
  {%- do return({'relations': [target_relation]}) -%}
{%- endmaterialization %}

{# Can this database copy a table without moving data? #}
{% macro can_clone_table() -%}
  {%- do return(adapter.dispatch('can_clone_table', 'dbt')()) -%}
{%- endmacro %}

{% macro default__can_clone_table() -%}
  {%- do return(False) -%}
{%- endmacro %}

{% macro create_or_replace_clone(this_relation, defer_relation) -%}
  {%- do return(adapter.dispatch('create_or_replace_clone', 'dbt')(this_relation, defer_relation)) -%}
{%- endmacro %}

{% macro default__create_or_replace_clone(this_relation, defer_relation) %}
  create or replace table {{ this_relation.render() }} clone {{ defer_relation.render() }}
{% endmacro %}
