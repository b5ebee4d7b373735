{#
  Built under an intermediate name and renamed at the end of the transaction: a reader sees the old relation or the new one,
  never none. The old one, whatever its type, goes after the commit.
#}
{% materialization view, default -%}
  {%- set target_relation = this.incorporate(type='view') -%}
  {%- set old = load_cached_relation(this) -%}
  {%- set fresh = make_intermediate_relation(target_relation) -%}
  {%- set backup = make_backup_relation(target_relation, 'view' if old is none else old.type) -%}
  {%- set leftovers = [load_cached_relation(fresh), load_cached_relation(backup)] -%}

  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- for leftover in leftovers -%}
    {%- do drop_relation_if_exists(leftover) -%}
  {%- endfor -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- call statement('main') -%}
    {{ get_create_view_as_sql(fresh, sql) }}
  {%- endcall -%}

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

  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(old, full_refresh_mode=True)) -%}
  {%- do persist_docs(target_relation, model) -%}
  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}

  {%- do drop_relation_if_exists(backup) -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}
  {%- do return({'relations': [target_relation]}) -%}
{%- endmaterialization %}
