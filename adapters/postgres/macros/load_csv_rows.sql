{#
  Rows of a seed go in by COPY, batch by batch. They are inserted, as the common macro does, with `fast: false`, when the project writes bindings in
  its own way, and when the table's types make something else of a value than of its text.
#}
{% macro postgres__load_csv_rows(model, agate_table) -%}
  {%- if config.get('fast', true) and get_binding_char() | trim == '%s' -%}
    {%- set columns = get_seed_column_quoted_csv(model, agate_table.column_names) -%}
    {%- set copy_sql = adapter.copy_rows(this.render(), columns, agate_table, get_batch_size()) -%}
    {%- if copy_sql is not none -%}
      {%- do return(copy_sql) -%}
    {%- endif -%}
  {%- endif -%}
  {%- do return(default__load_csv_rows(model, agate_table)) -%}
{%- endmacro %}
