{# A csv file as a table. One that is there already keeps its columns and gets new rows, unless --full-refresh. #}
{% materialization seed, default -%}
  {%- set rebuild = should_full_refresh() -%}
  {%- set old = adapter.get_relation(database=database, schema=schema, identifier=model['alias']) -%}
  {%- set was_table = old is not none and old.is_table -%}
  {%- set csv = load_agate_table() -%}
  {%- set row_count = csv.rows | length -%}
  {%- do store_result('agate_table', response='OK', agate_table=csv) -%}

  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- if old is not none and old.is_view -%}
    {%- do exceptions.raise_compiler_error("Cannot seed to '" ~ old.render() ~ "', it is a view") -%}
  {%- endif -%}
  {%- set table_sql = reset_csv_table(model, rebuild, old, csv) if was_table else create_csv_table(model, csv) -%}
  {%- set rows_sql = load_csv_rows(model, csv) if row_count > 0 else '' -%}

  {%- set verb = 'CREATE' if rebuild else 'INSERT' -%}
  {%- call noop_statement('main', verb ~ ' ' ~ row_count, verb, row_count) -%}
    {{ get_csv_sql(table_sql, rows_sql) }};
  {%- endcall -%}

  {%- set target_relation = this.incorporate(type='table') -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(old, rebuild)) -%}
  {%- do persist_docs(target_relation, model) -%}
  {%- if rebuild or not was_table -%}
    {%- do create_indexes(target_relation) -%}
  {%- endif -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do adapter.commit() -%}
  {%- do run_hooks(post_hooks, inside_transaction=False) -%}
  {%- do return({'relations': [target_relation]}) -%}
{%- endmaterialization %}
