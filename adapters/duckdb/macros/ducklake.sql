{# DuckLake tables can be partitioned (`partitioned_by` or `partition_by`) and sorted (`sorted_by` or `sort_by`). #}
{% macro duckdb__get_partitioned_by(relation, temporary) -%}
  {%- set columns = _ducklake_layout(relation, temporary, config.get('partitioned_by', none) or config.get('partition_by', none), 'partitioned_by/partition_by') -%}
  {%- do return(columns | join(', ') if columns else none) -%}
{%- endmacro %}

{# Names of columns here, expressions there: only these are quoted. #}
{% macro duckdb__get_sorted_by(relation, temporary) -%}
  {%- set own = config.get('sorted_by', none) -%}
  {%- set quoted = [] -%}
  {%- for column in _ducklake_layout(relation, temporary, config.get('sort_by', none) if own is none else own, 'sorted_by/sort_by') or [] -%}
    {%- do quoted.append(adapter.quote_name(column)) -%}
  {%- endfor -%}
  {%- do return(quoted | join(', ') if quoted else none) -%}
{%- endmacro %}

{# The configured columns as a list, or none where they do not apply: only to the final table, and only to DuckLake's. #}
{% macro _ducklake_layout(relation, temporary, configured, option) -%}
  {%- if temporary or configured is none or (configured == '' and option.startswith('partition')) -%}
    {%- do return(none) -%}
  {%- endif -%}
  {%- set columns = normalize_string_or_list(configured, option) -%}
  {%- if not columns -%}
    {%- do exceptions.raise_compiler_error(option ~ ' must contain at least one column') -%}
  {%- endif -%}

  {%- if this is defined and config.get('materialized') in ['table', 'incremental']
      and relation.identifier and this.identifier and relation.identifier != this.identifier -%}
    {%- do return(none) -%}
  {%- elif not adapter.is_ducklake(relation) -%}
    {%- do adapter.warn_once(option ~ ' is only supported for DuckLake relations; ignoring for ' ~ relation) -%}
    {%- do return(none) -%}
  {%- endif -%}
  {%- do return(columns) -%}
{%- endmacro %}

{% macro duckdb__alter_table_set_partitioned_by(relation, partitioned_by) -%}
  alter table {{ relation }} set partitioned by ({{ partitioned_by }});
{%- endmacro %}

{% macro duckdb__alter_table_set_sorted_by(relation, sorted_by) -%}
  alter table {{ relation }} set sorted by ({{ sorted_by }});
{%- endmacro %}

{# A text or a list of texts, as a list. #}
{% macro normalize_string_or_list(raw, field_name) -%}
  {%- if raw is none -%}
    {%- do return([]) -%}
  {%- elif raw is string -%}
    {%- do return([raw]) -%}
  {%- elif raw is mapping or raw is not sequence -%}
    {%- do exceptions.raise_compiler_error(field_name ~ ' must be a list of strings or a string') -%}
  {%- elif raw | reject('string') | list -%}
    {%- do exceptions.raise_compiler_error(field_name ~ ' list values must be non-empty strings') -%}
  {%- endif -%}
  {%- do return(raw | list) -%}
{%- endmacro %}
