{#
  Built aside and swapped like the common table, with what DuckDB adds: a table with an index or one that a foreign key references
  cannot be renamed, and one with a foreign key of its own must be created under its final name (see foreign_keys.sql).
#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] -%}
  {%- set language = model['language'] -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set old = load_cached_relation(this) -%}
  {%- set fresh = make_intermediate_relation(target_relation) -%}
  {%- set backup = make_backup_relation(target_relation, 'table' if old is none else old.type) -%}
  {%- set late_alters = adapter.use_ducklake_table_workarounds(target_relation) -%}
  {%- set in_place = has_foreign_key_constraints(old) -%}

  {%- for leftover in [load_cached_relation(fresh), load_cached_relation(backup)] -%}
    {%- do drop_relation_if_exists(leftover) -%}
  {%- endfor -%}
  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- set partitioned_by = duckdb__get_partitioned_by(target_relation, false) -%}
  {%- set sorted_by = duckdb__get_sorted_by(target_relation, false) -%}
  {%- set dependents = [] -%}
  {%- if in_place and old is not none -%}
    {%- set dependents = drop_relation_for_rebuild(old) -%}
  {%- endif -%}

  {%- call statement('main', language=language) -%}
    {{ create_table_as(False, target_relation if in_place else fresh, compiled_code, language, partitioned_by=partitioned_by, sorted_by=sorted_by) }}
  {%- endcall -%}

  {%- if not in_place -%}
    {%- if old is not none -%}
      {%- do drop_indexes_on_relation(old) -%}
      {%- if old.is_table and may_be_foreign_key_target(old) -%}
        {%- set dependents = drop_foreign_key_dependents(old) -%}
      {%- endif -%}
      {%- do adapter.rename_relation(old, backup) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(fresh, target_relation) -%}
  {%- endif -%}
  {%- do restore_foreign_key_dependents(dependents) -%}
  {%- do create_indexes(target_relation) -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(old, full_refresh_mode=True)) -%}
  {%- if not late_alters -%}
    {%- do persist_docs(target_relation, model) -%}
  {%- endif -%}
  {%- do adapter.commit() -%}

  {#- DuckLake before DuckDB 1.5.3 forgets what was altered when the table is renamed, and takes no comments in the transaction -#}
  {%- if late_alters -%}
    {%- if partitioned_by -%}
      {%- call statement('reassert_partitioned_by', auto_begin=False) -%}
        {{ duckdb__alter_table_set_partitioned_by(target_relation, partitioned_by) }}
      {%- endcall -%}
    {%- endif -%}
    {%- if sorted_by -%}
      {%- call statement('reassert_sorted_by', auto_begin=False) -%}
        {{ duckdb__alter_table_set_sorted_by(target_relation, sorted_by) }}
      {%- endcall -%}
    {%- endif -%}
    {%- do persist_docs(target_relation, model) -%}
  {%- endif -%}

  {%- do drop_relation_if_exists(backup) -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}
  {%- do return({'relations': [target_relation]}) -%}
{%- endmaterialization %}
