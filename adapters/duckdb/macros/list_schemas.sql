{# `system.` reaches the information schema of all attached databases. #}
{% macro duckdb__list_schemas(database) -%}
  {%- set names_sql %}
    select schema_name
    from system.information_schema.schemata
    {{ "where lower(catalog_name) = '" ~ database | lower | replace("'", "''") ~ "'" if database is not none }}
  {% endset -%}
  {%- do return(run_query(names_sql)) -%}
{%- endmacro %}

{% macro duckdb__check_schema_exists(information_schema, schema) -%}
  {%- set count_sql %}
    select count(*)
    from system.information_schema.schemata
    where lower(schema_name) = '{{ schema | lower | replace("'", "''") }}'
      and lower(catalog_name) = '{{ information_schema.database | lower | replace("'", "''") }}'
  {% endset -%}
  {%- do return(run_query(count_sql)) -%}
{%- endmacro %}
