{#
  The query's rows in a file, and a view over the file under the model's name. Formats: parquet, csv, json. A result without rows is
  written as one row of nulls that the view leaves out, so that the file still tells its columns.
#}
{% materialization external, adapter='duckdb', supported_languages=['sql', 'python'] -%}
  {%- set location = render(config.get('location', default=external_location(this, config))) -%}
  {%- set rendered_options = render_write_options(config) -%}
  {#- Also completes the options: format, compression, header -#}
  {%- set write_options = adapter.external_write_options(location, rendered_options) -%}

  {%- set formats = ['csv', 'parquet', 'json'] -%}
  {%- set format = config.get('format') -%}
  {%- if format and format not in formats -%}
    {%- do exceptions.raise_compiler_error('Invalid format: ' ~ format ~ '. Allowed formats are: ' ~ formats | join(', ')) -%}
  {%- elif not format -%}
    {%- set format = rendered_options['format'] | lower -%}
    {%- set format = format if format in formats else 'parquet' -%}
  {%- endif -%}

  {%- set reader_defaults = {'parquet': {'union_by_name': False}, 'json': {'auto_detect': True}, 'csv': {'auto_detect': True}} -%}
  {%- set read_options = config.get(format ~ '_read_options', reader_defaults[format]).copy() -%}
  {#- Readers know a compression by an extension in lower case only -#}
  {%- if format != 'parquet' and rendered_options.get('compression') -%}
    {%- do read_options.setdefault('compression', rendered_options['compression']) -%}
  {%- endif -%}

  {%- set language = model['language'] -%}
  {%- set target_relation = this.incorporate(type='view') -%}
  {%- set old = load_cached_relation(this) -%}
  {%- set rows = make_intermediate_relation(this.incorporate(type='table'), suffix='__dbt_tmp') -%}
  {%- set fresh = make_intermediate_relation(target_relation, suffix='__dbt_int') -%}
  {%- set backup = make_backup_relation(target_relation, 'table' if old is none else old.type) -%}

  {%- for leftover in [load_cached_relation(fresh), load_cached_relation(rows), load_cached_relation(backup)] -%}
    {%- do drop_relation_if_exists(leftover) -%}
  {%- endfor -%}
  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}

  {%- call statement('create_table', language=language) -%}
    {{- create_table_as(False, rows, compiled_code, language) }}
  {%- endcall -%}

  {%- set empty = run_query('select count(*) as row_count from ' ~ rows)[0][0] == 0 -%}
  {%- set names = get_columns_in_relation(rows) | map(attribute='column') | list if empty else [] -%}
  {%- call statement('main', language='sql') -%}
    {%- if empty -%}
    insert into {{ rows }} values ({{ (['NULL'] * (names | length)) | join(', ') }})
    {%- endif -%}
  {%- endcall -%}
  {%- do write_to_file(rows, location, write_options) -%}

  {%- set arguments = ["'" ~ duckdb_path_text(adapter.external_read_location(location, rendered_options)) ~ "'"] -%}
  {%- for key, value in read_options.items() -%}
    {%- do arguments.append(key ~ '=' ~ ("'" ~ duckdb_path_text(value) ~ "'" if value is string else value)) -%}
  {%- endfor -%}
  {%- call statement('main', language='sql') -%}
    create or replace view {{ fresh }} as (
      select * from read_{{ format }}({{ arguments | join(', ') }})
      {%- if empty %}
      where 1 AND "{{ names | map('replace', '"', '""') | join('" is not NULL AND "') }}" is not NULL
      {%- endif %}
    );
  {%- endcall -%}

  {%- if old is not none -%}
    {%- do adapter.rename_relation(old, backup) -%}
  {%- endif -%}
  {%- do adapter.rename_relation(fresh, target_relation) -%}

  {%- do run_hooks(post_hooks, inside_transaction=True) -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(old, full_refresh_mode=True)) -%}
  {%- do persist_docs(target_relation, model) -%}
  {%- do adapter.commit() -%}
  {%- do drop_relation_if_exists(backup) -%}
  {%- do drop_relation_if_exists(rows) -%}

  {#- Plugins publish the file elsewhere; glue_register is the older way to name the one for AWS Glue -#}
  {%- set glue = config.get('glue_register', default=false) -%}
  {%- set plugin = 'glue|' ~ config.get('glue_database', 'default') if glue else config.get('plugin') -%}
  {%- if plugin is not none -%}
    {%- do store_relation(plugin, target_relation, location, format, config) -%}
  {%- endif -%}

  {%- do run_hooks(post_hooks, inside_transaction=False) -%}
  {%- do return({'relations': [target_relation]}) -%}
{%- endmaterialization %}

{# Where a model without `location` is written; a folder when it is partitioned. #}
{% macro external_location(relation, config) -%}
  {%- set partitioned = config.get('options', {}).get('partition_by') is not none -%}
  {{ adapter.external_root() }}/{{ relation.identifier }}{{ '' if partitioned else '.' ~ config.get('format', 'parquet') }}
{%- endmacro %}

{# The options of COPY, rendered late; `format` and `delimiter` may also stand beside them. #}
{% macro render_write_options(config) -%}
  {%- set options = config.get('options', {}) -%}
  {%- if options is not mapping -%}
    {%- do exceptions.raise_compiler_error('The options argument must be a dictionary') -%}
  {%- endif -%}
  {%- for key in options | list -%}
    {%- do options.update({key: render(options[key])}) -%}
  {%- endfor -%}
  {%- for key in ['format', 'delimiter'] if config.get(key) -%}
    {%- do options.update({key: render(config.get(key))}) -%}
  {%- endfor -%}
  {%- do return(options) -%}
{%- endmacro %}

{# By COPY, beside the location, whose place it then takes: readers see the old file or the new one. #}
{% macro write_to_file(relation, location, options) -%}
  {%- do adapter.write_external(relation, location, options) -%}
{%- endmacro %}

{# What stands between single quotes: one of them is doubled, two are what they are, since dbt-duckdb leaves it to whoever writes the path. #}
{% macro duckdb_path_text(path) -%}
  {%- do return((path | string).replace("''", "'").replace("'", "''")) -%}
{%- endmacro %}

{% macro location_exists(location) -%}
  {%- do return(adapter.location_exists(location)) -%}
{%- endmacro %}

{% macro store_relation(plugin, relation, location, format, config) -%}
  {%- do adapter.store_relation(plugin, relation, adapter.get_columns_in_relation(relation), location, format, config) -%}
{%- endmacro %}
