{# The columns that a snapshot adds, by their usual names; `snapshot_meta_column_names` renames them. #}
{% macro get_snapshot_table_column_names() -%}
  {%- do return({
    'dbt_valid_to': 'dbt_valid_to',
    'dbt_valid_from': 'dbt_valid_from',
    'dbt_scd_id': 'dbt_scd_id',
    'dbt_updated_at': 'dbt_updated_at',
    'dbt_is_deleted': 'dbt_is_deleted'
  }) -%}
{%- endmacro %}
