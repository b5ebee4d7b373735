{# Does this run add to a table that is there? False while parsing, on the first run and under --full-refresh. #}
{% macro is_incremental() -%}
  {%- if not execute -%}
    {%- do return(False) -%}
  {%- endif -%}
  {%- set found = adapter.get_relation(this.database, this.schema, this.table) -%}
  {%- do return(
    found is not none
    and found.type == 'table'
    and model.config.materialized == 'incremental'
    and not should_full_refresh()
  ) -%}
{%- endmacro %}
