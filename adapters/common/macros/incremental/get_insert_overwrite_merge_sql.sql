{# Rows that the predicates pick out are replaced by all that arrived. #}
{% macro get_insert_overwrite_merge_sql(target, source, dest_columns, predicates, include_sql_header=false) -%}
  {%- do return(adapter.dispatch('get_insert_overwrite_merge_sql', 'dbt')(target, source, dest_columns, predicates, include_sql_header)) -%}
{%- endmacro %}

{% macro default__get_insert_overwrite_merge_sql(target, source, dest_columns, predicates, include_sql_header) %}
  {%- set header = config.get('sql_header', none) %}
  {%- set names = get_quoted_csv(dest_columns | map(attribute='name')) %}
  {{ header if include_sql_header and header is not none }}
  merge into {{ target }} as DBT_INTERNAL_DEST
    using {{ source }} as DBT_INTERNAL_SOURCE
    on FALSE

  when not matched by source
    {{ 'and ' ~ predicates | join(' and ') if predicates }}
    then delete

  when not matched then insert
    ({{ names }})
  values
    ({{ names }})
{% endmacro %}
