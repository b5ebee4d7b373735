{#
  What becomes of a table whose model now yields other columns: 'ignore' leaves it, 'append_new_columns' adds, 'sync_all_columns'
  adds, drops and changes types, 'fail' stops.
#}
{% macro incremental_validate_on_schema_change(on_schema_change, default='ignore') -%}
  {%- if on_schema_change in ['sync_all_columns', 'append_new_columns', 'fail', 'ignore'] -%}
    {%- do return(on_schema_change) -%}
  {%- endif -%}
  {%- do log('Invalid value for on_schema_change (%s) specified. Setting default value of %s.' % (on_schema_change, default)) -%}
  {%- do return(default) -%}
{%- endmacro %}

{# Brings the target's columns into line. Gives back the columns to insert; nothing for 'ignore', which means: those of the target. #}
{% macro process_schema_changes(on_schema_change, source_relation, target_relation) -%}
  {%- do return(adapter.dispatch('process_schema_changes', 'dbt')(on_schema_change, source_relation, target_relation)) -%}
{%- endmacro %}

{% macro default__process_schema_changes(on_schema_change, source_relation, target_relation) -%}
  {%- if on_schema_change == 'ignore' -%}
    {%- do return({}) -%}
  {%- endif -%}

  {%- set changes = check_for_schema_changes(source_relation, target_relation) -%}
  {%- if changes['schema_changed'] -%}
    {%- if on_schema_change == 'fail' -%}
      {%- do exceptions.raise_compiler_error(
        'The source and target schemas on this incremental model are out of sync!'
        ~ '\n  Source columns not in target: ' ~ changes['source_not_in_target']
        ~ '\n  Target columns not in source: ' ~ changes['target_not_in_source']
        ~ '\n  New column types: ' ~ changes['new_target_types']
        ~ '\nSet `on_schema_change` to append_new_columns or sync_all_columns to have the table changed,'
        ~ ' rebuild it with --full-refresh, or change it by hand and run again.'
      ) -%}
    {%- endif -%}
    {%- do sync_column_schemas(on_schema_change, target_relation, changes) -%}
  {%- endif -%}
  {%- do return(changes['source_columns']) -%}
{%- endmacro %}

{# How the columns of two relations differ, by name and by type. #}
{% macro check_for_schema_changes(source_relation, target_relation) -%}
  {%- do return(adapter.dispatch('check_for_schema_changes', 'dbt')(source_relation, target_relation)) -%}
{%- endmacro %}

{% macro default__check_for_schema_changes(source_relation, target_relation) -%}
  {%- set source_columns = adapter.get_columns_in_relation(source_relation) -%}
  {%- set target_columns = adapter.get_columns_in_relation(target_relation) -%}
  {%- set added = diff_columns(source_columns, target_columns) -%}
  {%- set gone = diff_columns(target_columns, source_columns) -%}
  {%- set retyped = diff_column_data_types(source_columns, target_columns) -%}
  {%- set changes = {
    'schema_changed': added != [] or gone != [] or retyped != [],
    'source_not_in_target': added,
    'target_not_in_source': gone,
    'source_columns': source_columns,
    'target_columns': target_columns,
    'new_target_types': retyped
  } -%}
  {%- do log(
    'In ' ~ target_relation ~ ': schema changed: ' ~ changes['schema_changed'] ~ ', source columns not in target: ' ~ added
    ~ ', target columns not in source: ' ~ gone ~ ', new column types: ' ~ retyped
  ) -%}
  {%- do return(changes) -%}
{%- endmacro %}

{# Changes the target as far as `on_schema_change` allows. #}
{% macro sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) -%}
  {%- do return(adapter.dispatch('sync_column_schemas', 'dbt')(on_schema_change, target_relation, schema_changes_dict)) -%}
{%- endmacro %}

{% macro default__sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) -%}
  {%- set added = schema_changes_dict['source_not_in_target'] -%}
  {%- set gone = schema_changes_dict['target_not_in_source'] -%}
  {%- set retyped = schema_changes_dict['new_target_types'] -%}

  {%- if on_schema_change == 'append_new_columns' and added -%}
    {%- do alter_relation_add_remove_columns(target_relation, added, none) -%}
  {%- elif on_schema_change == 'sync_all_columns' -%}
    {%- if added or gone -%}
      {%- do alter_relation_add_remove_columns(target_relation, added, gone) -%}
    {%- endif -%}
    {%- for change in retyped -%}
      {%- do alter_column_type(target_relation, change['column_name'], change['new_type']) -%}
    {%- endfor -%}
  {%- endif -%}

  {%- do log(
    'In ' ~ target_relation ~ ': schema change approach: ' ~ on_schema_change ~ ', columns added: ' ~ added
    ~ ', columns removed: ' ~ gone ~ ', data types changed: ' ~ retyped
  ) -%}
{%- endmacro %}
