{# Closes the rows that changed and adds the new ones. Rows closed earlier stay as they are. #}
{% macro snapshot_merge_sql(target, source, insert_cols) -%}
  {%- do return(adapter.dispatch('snapshot_merge_sql', 'dbt')(target, source, insert_cols)) -%}
{%- endmacro %}

{% macro default__snapshot_merge_sql(target, source, insert_cols) %}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() %}
  {%- set names = insert_cols | join(', ') %}
  {%- set open_end = config.get('dbt_valid_to_current') %}
  {%- set kept_end = 'DBT_INTERNAL_DEST.' ~ columns.dbt_valid_to %}
  merge into {{ target.render() }} as DBT_INTERNAL_DEST
  using {{ source }} as DBT_INTERNAL_SOURCE
  on DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }} = DBT_INTERNAL_DEST.{{ columns.dbt_scd_id }}

  when matched
    {%- if open_end %}
    and ({{ equals(kept_end, open_end | trim) }} or {{ kept_end }} is null)
    {%- else %}
    and {{ kept_end }} is null
    {%- endif %}
    and DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
    then update
    set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}

  when not matched
    and DBT_INTERNAL_SOURCE.dbt_change_type = 'insert'
    then insert ({{ names }})
    values ({{ names }})
{% endmacro %}
