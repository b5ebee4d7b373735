{#
  The rows of a unit test's input as a query. They take the place of a relation, so they have all its columns, typed:
  a column that a row leaves out is null.
#}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
-- Fixture for {{ model.name }}
{%- set types = column_name_to_data_types -%}
{%- set quoted = {} -%}
{%- if types -%}
  {%- for name in types -%}
    {%- do quoted.update({name: adapter.quote_name(name)}) -%}
  {%- endfor -%}
{%- else -%}
  {#- With --defer the columns may be read from the other environment while this one is still empty -#}
  {%- set stand_in = defer_relation if defer_relation and not load_relation(this) else this -%}
  {%- set types = {} -%}
  {%- for column in adapter.get_columns_in_relation(stand_in) -%}
    {%- do types.update({column.name | lower: column.data_type}) -%}
    {%- do quoted.update({column.name | lower: column.quoted}) -%}
  {%- endfor -%}
{%- endif -%}
{%- if not types -%}
  {%- do exceptions.raise_compiler_error("Not able to get columns for unit test '" ~ model.name ~ "' from relation " ~ this ~ " because the relation doesn't exist") -%}
{%- endif -%}

{%- set nulls = {} -%}
{%- for name, type in types.items() -%}
  {%- do nulls.update({name: safe_cast('null', type) | trim}) -%}
{%- endfor -%}

{%- do validate_fixture_rows(rows, row_number) -%}

{%- for row in rows %}
{%- set values = nulls.copy() %}
{%- do values.update(format_row(row, types)) %}
select
{%- for name, value in values.items() %} {{ value }} as {{ quoted[name] }}{% if not loop.last %}, {% endif %}
{%- endfor %}
{%- if not loop.last %}
union all
{%- endif %}
{%- else %}
    select
{%- for name, value in nulls.items() %} {{ value }} as {{ quoted[name] }}{% if not loop.last %},{% endif %}
{%- endfor %}
    limit 0
{%- endfor -%}
{% endmacro %}

{# The rows a unit test expects, as a query. They have only the columns that the test names. #}
{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) %}
{%- for row in rows %}
select
{%- for name, value in format_row(row, column_name_to_data_types).items() %} {{ value }} as {{ column_name_to_quoted[name] }}{% if not loop.last %}, {% endif %}
{%- endfor %}
{%- if not loop.last %}
union all
{%- endif %}
{%- else %}
    select * from dbt_internal_unit_test_actual
    limit 0
{%- endfor -%}
{% endmacro %}

{# One row: {column in lower case: SQL of the value, cast to the column's type}. #}
{% macro format_row(row, column_name_to_data_types) -%}
  {%- set formatted = {} -%}
  {%- for given_name, value in row.items() -%}
    {%- set name = given_name | lower -%}
    {%- if name not in column_name_to_data_types -%}
      {%- set fixture = 'expected output' if model.resource_type == 'unit_test' else "'" ~ model.name ~ "'" -%}
      {%- do exceptions.raise_compiler_error(
        "Invalid column name: '" ~ name ~ "' in unit test fixture for " ~ fixture ~ "."
        ~ "\nAccepted columns for " ~ fixture ~ " are: " ~ (column_name_to_data_types.keys() | list)
      ) -%}
    {%- endif -%}

    {%- set type = column_name_to_data_types[name] -%}
    {%- set literal = value -%}
    {%- if value is string -%}
      {%- set literal = dbt.string_literal(dbt.escape_single_quotes(value)) -%}
      {#- A cast to varchar(n) would cut the value off without a word -#}
      {%- if 'varying' in type -%}
        {%- set type = type.split('(')[0] -%}
      {%- endif -%}
    {%- elif value is none -%}
      {%- set literal = 'null' -%}
    {%- endif -%}
    {%- do formatted.update({name: safe_cast(literal, type)}) -%}
  {%- endfor -%}
  {%- do return(formatted) -%}
{%- endmacro %}

{# For databases that cannot take every fixture: raise a compiler error here. #}
{% macro validate_fixture_rows(rows, row_number) -%}
  {%- do return(adapter.dispatch('validate_fixture_rows', 'dbt')(rows, row_number)) -%}
{%- endmacro %}

{% macro default__validate_fixture_rows(rows, row_number) -%}
{%- endmacro %}
