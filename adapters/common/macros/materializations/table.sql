{# As the view: built aside, renamed in the same transaction, the old one dropped after the commit. Indexes belong to the new table. #}
{% materialization table, default -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set old = load_cached_relation(this) -%}
  {%- set fresh = make_intermediate_relation(target_relation) -%}
  {%- set backup = make_backup_relation(target_relation, 'table' if old is none else old.type) -%}

  {%- for leftover in [load_cached_relation(fresh), load_cached_relation(backup)] -%}
    {%- do drop_relation_if_exists(leftover) -%}
  {%- endfor -%}
  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- call statement('main') -%}
    {{ get_create_table_as_sql(False, fresh, sql) }}
  {%- endcall -%}
  {%- do create_indexes(fresh) -%}

  {%- if old is not none -%}
    {#- A hook, or a cascade, may have dropped it since -#}
    {%- set old = load_cached_relation(old) -%}
    {%- if old is not none -%}
      {%- set views = hold_dependent_views(old) -%}
      {%- do adapter.rename_relation(old, backup) -%}
    {%- endif -%}
  {%- endif -%}
  {%- do adapter.rename_relation(fresh, target_relation) -%}
  {%- do move_dependent_views(views, backup, target_relation) -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(old, full_refresh_mode=True)) -%}
  {%- do persist_docs(target_relation, model) -%}
  {%- do adapter.commit() -%}

  {%- do drop_relation_if_exists(backup) -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}
  {%- do return({'relations': [target_relation]}) -%}
{%- endmaterialization %}
