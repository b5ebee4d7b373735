{# First run: the query's rows with the columns of a snapshot. Later: a staging table of what changed, merged into it. #}
{% materialization snapshot, default -%}
  {%- set found, target_relation = get_or_create_relation(
    database=model.database, schema=model.schema, identifier=model.get('alias', model.get('name')), type='table'
  ) -%}
  {%- if not target_relation.is_table -%}
    {%- do exceptions.relation_wrong_type(target_relation, 'table') -%}
  {%- endif -%}

  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {#- Strategies take the node's config as fourth argument; those that come along read `config` instead -#}
  {%- set describe = strategy_dispatch(config.get('strategy')) -%}
  {%- set strategy = describe(model, 'snapshotted_data', 'source_data', model['config'], found) -%}

  {%- if found -%}
    {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
    {%- do adapter.assert_valid_snapshot_target_given_strategy(target_relation, columns, strategy) -%}

    {%- set select_sql = snapshot_staging_table(strategy, sql, target_relation) -%}
    {%- set staging = build_snapshot_staging_table(strategy, sql, target_relation) -%}
    {%- do adapter.expand_target_column_types(from_relation=staging, to_relation=target_relation) -%}

    {%- set helpers = ['dbt_change_type', 'dbt_unique_key'] -%}
    {%- if strategy.unique_key | is_list -%}
      {%- for key in strategy.unique_key -%}
        {%- do helpers.append('dbt_unique_key_' ~ loop.index) -%}
      {%- endfor -%}
    {%- endif -%}
    {%- set helpers = helpers + helpers | map('upper') | list -%}

    {%- do create_columns(
      target_relation,
      adapter.get_missing_columns(staging, target_relation) | rejectattr('name', 'in', helpers) | list
    ) -%}
    {%- set insert_cols = [] -%}
    {%- for column in adapter.get_columns_in_relation(staging) | rejectattr('name', 'in', helpers) -%}
      {%- do insert_cols.append(adapter.quote_name(column.name)) -%}
    {%- endfor -%}
    {%- set build_sql = snapshot_merge_sql(target=target_relation, source=staging, insert_cols=insert_cols) -%}
  {%- else -%}
    {%- set select_sql = build_snapshot_table(strategy, model['compiled_code']) -%}
    {%- set build_sql = create_table_as(False, target_relation, select_sql) -%}
  {%- endif -%}

  {%- do check_time_data_types(select_sql) -%}
  {%- call statement('main') -%}
    {{ build_sql }}
  {%- endcall -%}

  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(found, full_refresh_mode=False)) -%}
  {%- do persist_docs(target_relation, model) -%}
  {%- if not found -%}
    {%- do create_indexes(target_relation) -%}
  {%- endif -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}
  {%- if found -%}
    {%- do post_snapshot(staging) -%}
  {%- endif -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}
  {%- do return({'relations': [target_relation]}) -%}
{%- endmaterialization %}
