{# The common incremental, with DuckDB's swap (see table.sql) and a staging table that on MotherDuck is a real one. #}
{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] -%}
  {%- set language = model['language'] -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set old = load_cached_relation(this) -%}
  {%- set fresh = make_intermediate_relation(target_relation) -%}
  {%- set backup = make_backup_relation(target_relation, 'table' if old is none else old.type) -%}
  {%- set rebuild = should_full_refresh() or old.is_view -%}
  {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}

  {%- set partitioned_by = none -%}
  {%- set sorted_by = none -%}
  {%- if old is none or rebuild -%}
    {%- set partitioned_by = duckdb__get_partitioned_by(target_relation, false) -%}
    {%- set sorted_by = duckdb__get_sorted_by(target_relation, false) -%}
  {%- endif -%}
  {%- set own_transaction = (partitioned_by or sorted_by) and adapter.is_ducklake(target_relation) -%}

  {%- for leftover in [load_cached_relation(fresh), load_cached_relation(backup)] -%}
    {%- do drop_relation_if_exists(leftover) -%}
  {%- endfor -%}

  {%- set staging = duckdb__dispatch_temporary_relation(target_relation, adapter.batch_id_for_model(model)) -%}
  {%- set arrivals = staging['relation'] -%}
  {%- set doomed = [] if staging['temporary'] else [arrivals] -%}
  {%- set dependents = [] -%}

  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- set swap = false -%}
  {%- if old is none or rebuild -%}
    {%- set built = target_relation -%}
    {%- if old is not none and has_foreign_key_constraints(old) -%}
      {%- set dependents = drop_relation_for_rebuild(old) -%}
    {%- elif old is not none -%}
      {%- set built = fresh -%}
      {%- set swap = true -%}
    {%- endif -%}
    {%- set build_sql = create_table_as(False, built, compiled_code, language, partitioned_by=partitioned_by, sorted_by=sorted_by) -%}
  {%- else -%}
    {%- set staging_code = create_table_as(staging['temporary'], arrivals, compiled_code, language, partitioned_by=none, sorted_by=none) -%}
    {%- if language == 'python' -%}
      {%- call statement('pre', language=language) -%}
        {{- staging_code }}
      {%- endcall -%}
      {%- set language = 'sql' -%}
    {%- else -%}
      {%- do run_query(staging_code) -%}
    {%- endif -%}

    {%- do adapter.expand_target_column_types(from_relation=arrivals, to_relation=target_relation) -%}
    {%- set dest_columns = process_schema_changes(on_schema_change, arrivals, old) or adapter.get_columns_in_relation(old) -%}
    {%- set strategy_sql = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}
    {%- set build_sql = strategy_sql({
      'target_relation': target_relation,
      'temp_relation': arrivals,
      'unique_key': config.get('unique_key'),
      'dest_columns': dest_columns,
      'incremental_predicates': config.get('predicates', none) or config.get('incremental_predicates', none)
    }) -%}
  {%- endif -%}

  {%- call statement('main', language=language, auto_begin=not own_transaction) -%}
    {{- build_sql }}
  {%- endcall -%}

  {%- if swap -%}
    {%- do drop_indexes_on_relation(target_relation) -%}
    {%- if may_be_foreign_key_target(target_relation) -%}
      {%- set dependents = drop_foreign_key_dependents(target_relation) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(target_relation, backup) -%}
    {%- do adapter.rename_relation(fresh, target_relation) -%}
    {%- do doomed.append(backup) -%}
  {%- endif -%}
  {%- do restore_foreign_key_dependents(dependents) -%}

  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(old, rebuild)) -%}
  {%- if old is none or rebuild -%}
    {%- do create_indexes(target_relation) -%}
  {%- endif -%}
  {%- do persist_docs(target_relation, model) -%}
  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}

  {%- for relation in doomed -%}
    {#- MotherDuck drops the indexes with the table, and another statement on it could conflict -#}
    {%- if not adapter.is_motherduck() -%}
      {%- do drop_indexes_on_relation(relation) -%}
    {%- endif -%}
    {%- do adapter.drop_relation(relation) -%}
  {%- endfor -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}
  {%- do return({'relations': [target_relation]}) -%}
{%- endmaterialization %}
