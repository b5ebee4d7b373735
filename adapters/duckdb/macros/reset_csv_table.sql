{# In the transaction of the load, so that a load that fails leaves the table as it was. #}
{% macro duckdb__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
  {%- if not adapter.disable_transactions() -%}
    {%- do adapter.ensure_transaction() -%}
  {%- endif -%}
  {%- do return(default__reset_csv_table(model, full_refresh, old_relation, agate_table)) -%}
{%- endmacro %}
