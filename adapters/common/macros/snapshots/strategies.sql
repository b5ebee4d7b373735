{#
  snapshot_<name>_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) tells how rows are recognised and compared:
  {unique_key, updated_at, row_changed, scd_id, invalidate_hard_deletes, hard_deletes}, the middle three as SQL.
#}

{# Finds the macro of a strategy; `package.name` looks into one package. #}
{% macro strategy_dispatch(name) -%}
  {%- set scope = context -%}
  {%- set package_name = none -%}
  {%- set short_name = name -%}
  {%- if '.' in name -%}
    {%- set package_name, short_name = name.split('.', 1) -%}
    {%- if package_name not in context -%}
      {%- do exceptions.raise_compiler_error("Could not find package '" ~ package_name ~ "', called with '" ~ name ~ "'") -%}
    {%- endif -%}
    {%- set scope = context[package_name] -%}
  {%- endif -%}

  {%- set macro_name = 'snapshot_' ~ short_name ~ '_strategy' -%}
  {%- if macro_name not in scope -%}
    {%- do exceptions.raise_compiler_error("The specified strategy macro '" ~ short_name ~ "' was not found in package '" ~ package_name ~ "'") -%}
  {%- endif -%}
  {%- do return(scope[macro_name]) -%}
{%- endmacro %}

{# A row changed when the source's updated_at is later than the start of the kept row, which exists whatever the strategy was before. #}
{% macro snapshot_timestamp_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {%- set updated_at = config.get('updated_at') -%}
  {%- do return(_snapshot_strategy(
    updated_at,
    '(' ~ snapshotted_rel ~ '.' ~ columns.dbt_valid_from ~ ' < ' ~ current_rel ~ '.' ~ updated_at ~ ')'
  )) -%}
{%- endmacro %}

{# A row changed when one of the checked columns did, null being a value like others; all changed when a column was added. #}
{% macro snapshot_check_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) -%}
  {%- set updated_at = config.get('updated_at') or snapshot_get_time() -%}
  {%- set column_added, check_cols = snapshot_check_all_get_existing_columns(node, target_exists, config.get('check_cols')) -%}
  {%- set differences = [] -%}
  {%- for column in check_cols -%}
    {%- set kept = snapshotted_rel ~ '.' ~ column -%}
    {%- set current = current_rel ~ '.' ~ column -%}
    {%- do differences.append(
      kept ~ ' != ' ~ current
      ~ ' or (' ~ kept ~ ' is null and not (' ~ current ~ ' is null))'
      ~ ' or (not (' ~ kept ~ ' is null) and ' ~ current ~ ' is null)'
    ) -%}
  {%- endfor -%}
  {%- do return(_snapshot_strategy(
    updated_at,
    '(' ~ (get_true_sql() | trim if column_added else differences | join('\n      or ')) ~ ')'
  )) -%}
{%- endmacro %}

{# What the two strategies share. #}
{% macro _snapshot_strategy(updated_at, row_changed) -%}
  {%- set unique_key = config.get('unique_key') -%}
  {%- set hard_deletes = adapter.get_hard_deletes_behavior(config) -%}
  {%- do return({
    'unique_key': unique_key,
    'updated_at': updated_at,
    'row_changed': row_changed,
    'scd_id': snapshot_hash_arguments(api.Relation.scd_args(unique_key, updated_at)),
    'invalidate_hard_deletes': hard_deletes == 'invalidate',
    'hard_deletes': hard_deletes
  }) -%}
{%- endmacro %}

{#
  (was a column added?, the checked columns that the table has, quoted). The names come from a query, so that they are cased as the
  database cases them.
#}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) -%}
  {%- if not target_exists -%}
    {%- do return((false, [])) -%}
  {%- endif -%}

  {%- if check_cols_config == 'all' -%}
    {%- set checked = get_columns_in_query(node['compiled_code']) -%}
  {%- elif check_cols_config is iterable and check_cols_config | length > 0 -%}
    {#- The query's last line may be a comment: the bracket needs its own -#}
    {%- set checked = get_columns_in_query(
      'select ' ~ check_cols_config | join(', ') ~ ' from (\n' ~ node['compiled_code'] ~ '\n) subq'
    ) -%}
  {%- else -%}
    {%- do exceptions.raise_compiler_error("Invalid value for 'check_cols': " ~ check_cols_config) -%}
  {%- endif -%}

  {%- set target_relation = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
  {%- set kept = adapter.get_columns_in_relation(target_relation) | map(attribute='name') | list -%}
  {%- set shared = [] -%}
  {%- for name in checked if name in kept -%}
    {%- do shared.append(adapter.quote_name(name)) -%}
  {%- endfor -%}
  {%- do return((shared | length < checked | length, shared)) -%}
{%- endmacro %}

{# SQL of one hash over several values; a null counts as an empty text. #}
{% macro snapshot_hash_arguments(args) -%}
  {%- do return(adapter.dispatch('snapshot_hash_arguments', 'dbt')(args)) -%}
{%- endmacro %}

{% macro default__snapshot_hash_arguments(args) -%}
  {%- set texts = [] -%}
  {%- for arg in args -%}
    {%- do texts.append('coalesce(cast(' ~ arg ~ " as varchar), '')") -%}
  {%- endfor -%}
  md5({{ texts | join(" || '|' || ") }})
{%- endmacro %}

{# How the database writes "true" in a condition. #}
{% macro get_true_sql() -%}
  {%- do return(adapter.dispatch('get_true_sql', 'dbt')()) -%}
{%- endmacro %}

{% macro default__get_true_sql() -%}
  {%- do return('TRUE') -%}
{%- endmacro %}
