{#
  Rows of two relations compared as wholes, each as often as it is there: rows_before, rows_after, removed and added (rows of which one side has more),
  over `columns`. One pass over either relation.
#}
{% macro get_diff_whole_rows_sql(before, after, columns) -%}
  {{ return(adapter.dispatch('get_diff_whole_rows_sql', 'dbt')(before, after, columns)) }}
{%- endmacro %}

{% macro default__get_diff_whole_rows_sql(before, after, columns) -%}
  select
    coalesce(sum(quern_before), 0) as rows_before,
    coalesce(sum(quern_after), 0) as rows_after,
    coalesce(sum(case when quern_before > quern_after then quern_before - quern_after else 0 end), 0) as removed,
    coalesce(sum(case when quern_after > quern_before then quern_after - quern_before else 0 end), 0) as added
  from (
    {{ quern_diff_counted_rows(before, after, columns) }}
  ) as counted_rows
{%- endmacro %}

{#
  At most `limit` rows that one side ('added': after, 'removed': before) has more of: how many more, then the values of the first `most_columns` as
  text, cut at `width`.
#}
{% macro get_diff_whole_row_examples_sql(kind, before, after, columns, limit, width, most_columns) -%}
  {{ return(adapter.dispatch('get_diff_whole_row_examples_sql', 'dbt')(kind, before, after, columns, limit, width, most_columns)) }}
{%- endmacro %}

{% macro default__get_diff_whole_row_examples_sql(kind, before, after, columns, limit, width, most_columns) -%}
  {%- set more = 'quern_after - quern_before' if kind == 'added' else 'quern_before - quern_after' -%}
  select
    {{ more }} as times
    {%- for column in columns[:most_columns] %},
    substr({{ quern_diff_text('quern_c' ~ loop.index0) }}, 1, {{ width }}) as value_{{ loop.index0 }}
    {%- endfor %}
  from (
    {{ quern_diff_counted_rows(before, after, columns) }}
  ) as counted_rows
  where {{ more }} > 0
  {%- if columns %}
  order by {% for column in columns %}{{ ', ' if not loop.first }}quern_c{{ loop.index0 }}{% endfor %}
  {%- endif %}
  limit {{ limit }}
{%- endmacro %}

{# Each row that there is on either side, and how often on each. #}
{% macro quern_diff_counted_rows(before, after, columns) -%}
  select
    {%- for column in columns %}
    quern_c{{ loop.index0 }},
    {%- endfor %}
    sum(quern_b) as quern_before, sum(quern_a) as quern_after
  from (
    select {% for column in columns %}{{ quern_diff_value(column, 'before') }} as quern_c{{ loop.index0 }}, {% endfor %}1 as quern_b, 0 as quern_a
    from {{ before }}
    union all
    select {% for column in columns %}{{ quern_diff_value(column, 'after') }} as quern_c{{ loop.index0 }}, {% endfor %}0 as quern_b, 1 as quern_a
    from {{ after }}
  ) as all_rows
  {%- if columns %}
  group by {% for column in columns %}{{ ', ' if not loop.first }}{{ loop.index }}{% endfor %}
  {%- endif %}
{%- endmacro %}
