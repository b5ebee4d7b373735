{#
  First run: the table is created. Full refresh, or a view in its place: built aside and swapped. Otherwise the query's rows go to
  a temporary table, the columns are reconciled, and the strategy writes the statement that brings them in.
#}
{% materialization incremental, default -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set old = load_cached_relation(this) -%}
  {%- set arrivals = make_temp_relation(target_relation) -%}
  {%- set fresh = make_intermediate_relation(target_relation) -%}
  {%- set backup = make_backup_relation(target_relation, 'table' if old is none else old.type) -%}
  {%- set rebuild = should_full_refresh() or old.is_view -%}
  {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}

  {%- for leftover in [load_cached_relation(fresh), load_cached_relation(backup)] -%}
    {%- do drop_relation_if_exists(leftover) -%}
  {%- endfor -%}
  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- set strategy_sql = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}

  {%- if old is none -%}
    {%- set indexed = target_relation -%}
    {%- set build_sql = get_create_table_as_sql(False, target_relation, sql) -%}
  {%- elif rebuild -%}
    {%- set indexed = fresh -%}
    {%- set build_sql = get_create_table_as_sql(False, fresh, sql) -%}
  {%- else -%}
    {%- set indexed = arrivals -%}
    {%- do run_query(get_create_table_as_sql(True, arrivals, sql)) -%}
    {%- set contract = config.get('contract') -%}
    {%- if not (contract and contract.enforced) -%}
      {%- do adapter.expand_target_column_types(from_relation=arrivals, to_relation=target_relation) -%}
    {%- endif -%}
    {%- set dest_columns = process_schema_changes(on_schema_change, arrivals, old) or adapter.get_columns_in_relation(old) -%}
    {%- set build_sql = strategy_sql({
      'target_relation': target_relation,
      'temp_relation': arrivals,
      'unique_key': config.get('unique_key'),
      'dest_columns': dest_columns,
      'incremental_predicates': config.get('predicates', none) or config.get('incremental_predicates', none)
    }) -%}
  {%- endif -%}

  {%- call statement('main') -%}
    {{ build_sql }}
  {%- endcall -%}

  {%- if old is none or rebuild -%}
    {%- do create_indexes(indexed) -%}
  {%- endif -%}
  {%- set swapped = old is not none and rebuild -%}
  {%- if swapped -%}
    {%- set views = hold_dependent_views(old) -%}
    {%- do adapter.rename_relation(target_relation, backup) -%}
    {%- do adapter.rename_relation(fresh, target_relation) -%}
    {%- do move_dependent_views(views, backup, target_relation) -%}
  {%- endif -%}

  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(old, rebuild)) -%}
  {%- do persist_docs(target_relation, model) -%}
  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}

  {%- if swapped -%}
    {%- do adapter.drop_relation(backup) -%}
  {%- endif -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}
  {%- do return({'relations': [target_relation]}) -%}
{%- endmaterialization %}
