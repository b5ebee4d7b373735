{#
  DuckDB's merge matches columns by name by itself. `merge_clauses` spells out every clause; without it the simpler merge_* settings
  make one for rows that match and one for rows that do not.
#}
{% macro duckdb__get_incremental_merge_sql(args_dict) -%}
  {%- do return(duckdb__get_merge_sql(
    args_dict['target_relation'],
    args_dict['temp_relation'],
    args_dict['unique_key'],
    args_dict['dest_columns'],
    normalize_incremental_predicates(args_dict.get('incremental_predicates'))
  )) -%}
{%- endmacro %}

{% macro duckdb__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) %}
  {%- do validate_merge_config(config, target) -%}
  {%- set predicates = normalize_incremental_predicates(incremental_predicates) -%}
  {%- set header = config.get('sql_header', none) -%}
  {%- set returning = config.get('merge_returning_columns', []) -%}

  {%- set included = config.get('merge_update_columns', []) -%}
  {%- set excluded = config.get('merge_exclude_columns', []) -%}
  {%- set expressions = config.get('merge_update_set_expressions', {}) -%}
  {%- set defaults = merge_clause_defaults(
    config.get('merge_update_condition', none), config.get('merge_insert_condition', none), included, excluded, expressions
  ) -%}
  {%- set by_hand = included | length + excluded | length + expressions | length > 0 -%}
  {%- set clauses = config.get('merge_clauses', {}) %}
  {{ header if header is not none }}
  MERGE INTO {{ target }} AS DBT_INTERNAL_DEST
    USING {{ source }} AS DBT_INTERNAL_SOURCE
    {{ duckdb__merge_join_clause(unique_key, config.get('merge_on_using_columns', []), predicates) }}

  {%- for clause in clauses.get('when_matched', [defaults.when_matched_update_explicit if by_hand else defaults.when_matched_update_by_name]) %}
    WHEN MATCHED {{ _duckdb_merge_condition(clause) }}
    THEN {{ _duckdb_merge_action(clause, dest_columns) }}
  {%- endfor %}

  {%- for clause in clauses.get('when_not_matched', [defaults.when_not_matched_insert_by_name]) %}
    WHEN NOT MATCHED {{ 'BY ' ~ clause.get('by') | upper if clause.get('by') }} {{ _duckdb_merge_condition(clause) }}
    THEN {{ _duckdb_merge_action(clause, dest_columns) }}
  {%- endfor %}

  {%- if returning %}
    RETURNING {{ returning if returning is string else returning | join(', ') }}
  {%- endif %}
{% endmacro %}

{# `USING (columns)`, or an `ON` that compares the key; without a key nothing matches. #}
{% macro duckdb__merge_join_clause(unique_key, merge_on_using_columns, incremental_predicates) -%}
  {%- set conditions = [] -%}
  {%- if merge_on_using_columns -%}
    USING ({{ merge_on_using_columns | join(', ') }}){{ ' ' }}
  {%- elif not unique_key -%}
    {%- do conditions.append('FALSE') -%}
  {%- else -%}
    {%- for key in ([unique_key] if unique_key is string or unique_key is mapping or unique_key is not sequence else unique_key) -%}
      {%- do conditions.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- set conditions = conditions + (incremental_predicates or []) -%}
  {%- if conditions -%}
    ON ({{ conditions | join(') AND (') }})
  {%- endif -%}
{%- endmacro %}

{% macro _duckdb_merge_condition(clause) -%}
  {%- set condition = clause.get('condition') -%}
  {%- if condition is string and condition -%}
    AND {{ condition }}
  {%- elif condition -%}
    AND ({{ condition | join(') AND (') }})
  {%- endif -%}
{%- endmacro %}

{# What a clause does: `action`, and for update and insert `mode`. #}
{% macro _duckdb_merge_action(clause, dest_columns) -%}
  {%- set action = clause.get('action') -%}
  {%- set mode = clause.get('mode') -%}
  {%- set by = {'by_name': ' BY NAME', 'by_position': ' BY POSITION'} -%}

  {%- if action in ['update', 'insert'] and mode in by -%}
    {{ action | upper }}{{ by[mode] }}
  {%- elif action == 'update' -%}
    UPDATE SET {{ '*' if mode == 'star' else _duckdb_merge_assignments(clause, dest_columns) }}
  {%- elif action == 'insert' and mode == 'star' -%}
    INSERT *
  {%- elif action == 'insert' and mode == 'explicit' -%}
    {%- set insert = clause.get('insert', {}) -%}
    INSERT ({{ insert.get('columns', []) | join(', ') }}) VALUES ({{ insert.get('values', []) | join(', ') }})
  {%- elif action == 'delete' -%}
    DELETE
  {%- elif action == 'do_nothing' -%}
    DO NOTHING
  {%- elif action == 'error' -%}
    {%- set message = clause.get('error_message') -%}
    ERROR{{ " '" ~ message | replace("'", "''") ~ "'" if message }}
  {%- endif -%}
{%- endmacro %}

{# Own expressions first, then the other columns from the source. A clause for rows without a match has only expressions. #}
{% macro _duckdb_merge_assignments(clause, dest_columns) -%}
  {%- set update = clause.get('update', {}) -%}
  {%- set expressions = update.get('set_expressions', clause.get('set_expressions', {})) -%}
  {%- set assignments = [] -%}
  {%- for column, expression in expressions.items() -%}
    {%- do assignments.append(column ~ ' = ' ~ expression) -%}
  {%- endfor -%}
  {%- if clause.get('mode') == 'explicit' -%}
    {%- for column in get_merge_update_columns(update.get('include', []), update.get('exclude', []), dest_columns)
        if column.replace('"', '').replace("'", '') not in expressions -%}
      {%- do assignments.append(column ~ ' = DBT_INTERNAL_SOURCE.' ~ column) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ assignments | join(', ') }}
{%- endmacro %}

{# The clauses that stand for the simpler settings. #}
{% macro merge_clause_defaults(merge_update_condition, merge_insert_condition, merge_update_columns=[], merge_exclude_columns=[], merge_update_set_expressions={}) -%}
  {%- do return({
    'when_matched_update_by_name': {'action': 'update', 'mode': 'by_name', 'condition': merge_update_condition},
    'when_matched_update_explicit': {
      'action': 'update',
      'mode': 'explicit',
      'condition': merge_update_condition,
      'update': {
        'include': merge_update_columns,
        'exclude': merge_exclude_columns,
        'set_expressions': merge_update_set_expressions
      }
    },
    'when_not_matched_insert_by_name': {'action': 'insert', 'mode': 'by_name', 'condition': merge_insert_condition}
  }) -%}
{%- endmacro %}
