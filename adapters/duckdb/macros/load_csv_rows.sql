{#
  DuckDB reads the file itself: JSON and Parquet by a query, CSV by COPY, unless `fast: false`, which inserts the parsed rows, as the common macro does.
#}
{% macro duckdb__load_csv_rows(model, agate_table) -%}
  {%- set file_query = adapter.seed_file_query(agate_table) -%}
  {%- if file_query is not none -%}
    {%- set insert_sql = 'insert into ' ~ this.render() ~ ' (' ~ get_seed_column_quoted_csv(model, agate_table.column_names) ~ ')\n' ~ file_query -%}
    {%- do adapter.add_query(insert_sql, abridge_sql_log=True) -%}
    {%- do return(insert_sql) -%}
  {%- endif -%}
  {%- if not config.get('fast', true) -%}
    {%- do return(default__load_csv_rows(model, adapter.convert_datetimes_to_strs(agate_table))) -%}
  {%- endif -%}
  {%- set copy_sql -%}
    COPY {{ this.render() }} FROM '{{ adapter.get_seed_file_path(model) | replace("'", "''") }}' (FORMAT CSV, HEADER TRUE, DELIMITER '{{ config.get('delimiter', ',') | replace("'", "''") }}')
  {%- endset -%}
  {%- do adapter.add_query(copy_sql, abridge_sql_log=True) -%}
  {%- do return(copy_sql) -%}
{%- endmacro %}

{% macro duckdb__get_binding_char() -%}
  {%- do return(adapter.get_binding_char()) -%}
{%- endmacro %}

{% macro duckdb__get_batch_size() -%}
  {%- do return(10000) -%}
{%- endmacro %}
