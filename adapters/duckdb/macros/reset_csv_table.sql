{#
  In the transaction of the load, so that a load that fails leaves the table as it was. DuckDB 1.x checks a unique index against the rows
  that the same transaction has just removed, and would refuse the file as duplicates of itself: a table with one is made again, with its columns.
#}
{% macro duckdb__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
  {%- if not adapter.disable_transactions() -%}
    {%- do adapter.ensure_transaction() -%}
  {%- endif -%}
  {%- if full_refresh or not config.get('indexes', []) | selectattr('unique') | list -%}
    {%- do return(default__reset_csv_table(model, full_refresh, old_relation, agate_table)) -%}
  {%- endif -%}
  {%- set empty = make_intermediate_relation(old_relation) -%}
  {%- do drop_relation_if_exists(load_cached_relation(empty)) -%}
  {%- set copy_sql -%}
    create table {{ empty }} as select * from {{ old_relation }} limit 0
  {%- endset -%}
  {%- call statement('_') -%}{{ copy_sql }}{%- endcall -%}
  {%- do adapter.drop_relation(old_relation) -%}
  {%- do adapter.rename_relation(empty, old_relation) -%}
  {%- do create_indexes(old_relation) -%}
  {%- do return(copy_sql) -%}
{%- endmacro %}
