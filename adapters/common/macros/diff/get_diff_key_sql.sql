{# How far a key identifies the rows of a relation: row_count, null_rows, duplicate_keys, duplicate_rows. `side`: 'before' or 'after'. #}
{% macro get_diff_key_sql(relation, keys, side) -%}
  {{ return(adapter.dispatch('get_diff_key_sql', 'dbt')(relation, keys, side)) }}
{%- endmacro %}

{% macro default__get_diff_key_sql(relation, keys, side) -%}
  {%- set has_null -%}
    {%- for key in keys %}{{ ' or ' if not loop.first }}quern_k{{ loop.index0 }} is null{% endfor -%}
  {%- endset -%}
  select
    coalesce(sum(quern_n), 0) as row_count,
    coalesce(sum(case when {{ has_null }} then quern_n else 0 end), 0) as null_rows,
    coalesce(sum(case when quern_n > 1 and not ({{ has_null }}) then 1 else 0 end), 0) as duplicate_keys,
    coalesce(sum(case when quern_n > 1 and not ({{ has_null }}) then quern_n else 0 end), 0) as duplicate_rows
  from (
    {{ quern_diff_counted_keys(relation, keys, side) }}
  ) as counted_keys
{%- endmacro %}

{# Each key of a relation, with its number of rows as quern_n. #}
{% macro quern_diff_counted_keys(relation, keys, side) -%}
  select {% for key in keys %}{{ quern_diff_value(key, side) }} as quern_k{{ loop.index0 }}, {% endfor %}count(*) as quern_n
  from {{ relation }}
  group by {% for key in keys %}{{ ', ' if not loop.first }}{{ loop.index }}{% endfor %}
{%- endmacro %}
