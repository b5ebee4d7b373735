{# Inserts the rows in batches, values as bindings; gives back the first statement, for target/run. #}
{% macro load_csv_rows(model, agate_table) -%}
  {%- do return(adapter.dispatch('load_csv_rows', 'dbt')(model, agate_table)) -%}
{%- endmacro %}

{% macro default__load_csv_rows(model, agate_table) -%}
  {%- set columns = get_seed_column_quoted_csv(model, agate_table.column_names) -%}
  {%- set mark = get_binding_char() | trim -%}
  {%- set into = this.render() ~ ' (' ~ columns ~ ')' -%}
  {#- A name may hold what the driver would take for a binding -#}
  {%- set into = into | replace('%', '%%') if mark == '%s' else into -%}
  {%- set row_sql = '(' ~ ([mark] * (agate_table.column_names | length)) | join(',') ~ ')' -%}
  {%- set first = [] -%}

  {%- for chunk in agate_table.rows | batch(get_batch_size()) -%}
    {%- set values = [] -%}
    {%- for row in chunk -%}
      {%- do values.extend(row) -%}
    {%- endfor -%}
    {%- set insert_sql = 'insert into ' ~ into ~ ' values\n  ' ~ ([row_sql] * (chunk | length)) | join(',') -%}
    {%- do adapter.add_query(insert_sql, bindings=values, abridge_sql_log=True) -%}
    {%- if loop.first -%}
      {%- do first.append(insert_sql) -%}
    {%- endif -%}
  {%- endfor -%}

  {%- do return(first[0]) -%}
{%- endmacro %}

{# How the driver writes a binding. #}
{% macro get_binding_char() -%}
  {%- do return(adapter.dispatch('get_binding_char', 'dbt')()) -%}
{%- endmacro %}

{% macro default__get_binding_char() -%}
  {%- do return('%s') -%}
{%- endmacro %}

{# Rows of a seed per insert statement. #}
{% macro get_batch_size() -%}
  {%- do return(adapter.dispatch('get_batch_size', 'dbt')()) -%}
{%- endmacro %}

{% macro default__get_batch_size() -%}
  {%- do return(10000) -%}
{%- endmacro %}

{% macro get_seed_column_quoted_csv(model, column_names) -%}
  {%- set quoting = model['config'].get('quote_columns', None) -%}
  {%- set quoted = [] -%}
  {%- for name in column_names -%}
    {%- do quoted.append(adapter.quote_seed_column(name, quoting)) -%}
  {%- endfor -%}
  {%- do return(quoted | join(', ')) -%}
{%- endmacro %}
