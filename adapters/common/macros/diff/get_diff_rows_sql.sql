{#
  Rows of two relations found again by a key: left_out_before, left_out_after, added, removed, changed, unchanged, and for each of `columns` how many
  rows have another value in it. Rows with a null in the key, and with `has_duplicates` those whose key several rows have on either side, are left out.
#}
{% macro get_diff_rows_sql(before, after, keys, columns, has_duplicates, tolerance) -%}
  {{ return(adapter.dispatch('get_diff_rows_sql', 'dbt')(before, after, keys, columns, has_duplicates, tolerance)) }}
{%- endmacro %}

{% macro default__get_diff_rows_sql(before, after, keys, columns, has_duplicates, tolerance) -%}
  {{ quern_diff_ambiguous_keys(before, after, keys) if has_duplicates }}
  select
    coalesce(sum(case when quern_before is null then 1 else 0 end), 0) as added,
    coalesce(sum(case when quern_after is null then 1 else 0 end), 0) as removed,
    coalesce(sum(quern_changed), 0) as changed,
    coalesce(sum(case when quern_before is not null and quern_after is not null and quern_changed = 0 then 1 else 0 end), 0) as unchanged
    {%- for column in columns %},
    coalesce(sum(quern_d{{ loop.index0 }}), 0) as changed_{{ loop.index0 }}
    {%- endfor %}
  from (
    {{ quern_diff_joined_rows(before, after, keys, columns, has_duplicates, tolerance, false) }}
  ) as compared_rows
{%- endmacro %}

{#
  At most `limit` rows of one kind ('added', 'removed', 'changed'): the key as text, then for each of `columns` the value before, the value after, and
  whether they differ, all texts cut at `width` characters. Of changed rows those that differ in another way than the others come first.
#}
{% macro get_diff_examples_sql(kind, before, after, keys, columns, has_duplicates, tolerance, limit, width) -%}
  {{ return(adapter.dispatch('get_diff_examples_sql', 'dbt')(kind, before, after, keys, columns, has_duplicates, tolerance, limit, width)) }}
{%- endmacro %}

{% macro default__get_diff_examples_sql(kind, before, after, keys, columns, has_duplicates, tolerance, limit, width) -%}
  {%- set key_names -%}
    {%- for key in keys %}{{ ', ' if not loop.first }}quern_k{{ loop.index0 }}{% endfor -%}
  {%- endset -%}
  {{ quern_diff_ambiguous_keys(before, after, keys) if has_duplicates }}
  select
    {%- for key in keys %}{{ ',' if not loop.first }}
    substr({{ quern_diff_text('quern_k' ~ loop.index0) }}, 1, {{ width }}) as key_{{ loop.index0 }}
    {%- endfor %}
    {%- for column in columns %},
    substr({{ quern_diff_text('quern_b' ~ loop.index0) }}, 1, {{ width }}) as before_{{ loop.index0 }},
    substr({{ quern_diff_text('quern_a' ~ loop.index0) }}, 1, {{ width }}) as after_{{ loop.index0 }},
    quern_d{{ loop.index0 }} as changed_{{ loop.index0 }}
    {%- endfor %}
  from (
    select
      compared_rows.*,
      {%- if kind == 'changed' %}
      row_number() over (
        partition by {% for column in columns %}{{ ', ' if not loop.first }}quern_d{{ loop.index0 }}{% endfor %}
        order by {{ key_names }}
      ) as quern_nth
      {%- else %}
      1 as quern_nth
      {%- endif %}
    from (
      {{ quern_diff_joined_rows(before, after, keys, columns, has_duplicates, tolerance, true) }}
    ) as compared_rows
    where
    {%- if kind == 'added' %} quern_before is null
    {%- elif kind == 'removed' %} quern_after is null
    {%- else %} quern_changed = 1
    {%- endif %}
  ) as numbered_rows
  order by quern_nth, {{ key_names }}
  limit {{ limit }}
{%- endmacro %}

{# `with ambiguous_keys as (...)`: the keys that several rows have on either side. #}
{% macro quern_diff_ambiguous_keys(before, after, keys) -%}
  {%- set key_names -%}
    {%- for key in keys %}{{ ', ' if not loop.first }}quern_k{{ loop.index0 }}{% endfor -%}
  {%- endset -%}
  with ambiguous_keys as (
    select {{ key_names }} from (
      {{ quern_diff_counted_keys(before, keys, 'before') }}
    ) as keys_before where quern_n > 1
    union
    select {{ key_names }} from (
      {{ quern_diff_counted_keys(after, keys, 'after') }}
    ) as keys_after where quern_n > 1
  )
{%- endmacro %}

{# Rows of either side, next to each other where both have the key; `with_values`: with the values of `columns`, not only whether they differ. #}
{% macro quern_diff_joined_rows(before, after, keys, columns, has_duplicates, tolerance, with_values) -%}
  select
    differing_rows.*,
    {% if columns -%}
    greatest({% for column in columns %}{{ ', ' if not loop.first }}quern_d{{ loop.index0 }}{% endfor %}) as quern_changed
    {%- else -%}
    0 as quern_changed
    {%- endif %}
  from (
    select
      b.quern_here as quern_before,
      a.quern_here as quern_after
      {%- for key in keys %},
      coalesce(b.quern_k{{ loop.index0 }}, a.quern_k{{ loop.index0 }}) as quern_k{{ loop.index0 }}
      {%- endfor %}
      {%- for column in columns %}
      {%- if with_values %},
      b.quern_c{{ loop.index0 }} as quern_b{{ loop.index0 }},
      a.quern_c{{ loop.index0 }} as quern_a{{ loop.index0 }}
      {%- endif %},
      case when b.quern_here = 1 and a.quern_here = 1 and {{ quern_diff_differs('b.quern_c' ~ loop.index0, 'a.quern_c' ~ loop.index0, column, tolerance) }}
        then 1 else 0 end as quern_d{{ loop.index0 }}
      {%- endfor %}
    from (
      {{ quern_diff_identified_rows(before, keys, columns, has_duplicates, 'before') }}
    ) as b
    full outer join (
      {{ quern_diff_identified_rows(after, keys, columns, has_duplicates, 'after') }}
    ) as a
      on {% for key in keys %}{{ ' and ' if not loop.first }}b.quern_k{{ loop.index0 }} = a.quern_k{{ loop.index0 }}{% endfor %}
  ) as differing_rows
{%- endmacro %}

{# The rows of one side that the key identifies. #}
{% macro quern_diff_identified_rows(relation, keys, columns, has_duplicates, side) -%}
  select * from (
    select
      1 as quern_here
      {%- for key in keys %},
      {{ quern_diff_value(key, side) }} as quern_k{{ loop.index0 }}
      {%- endfor %}
      {%- for column in columns %},
      {{ quern_diff_value(column, side) }} as quern_c{{ loop.index0 }}
      {%- endfor %}
    from {{ relation }}
  ) as s
  where {% for key in keys %}{{ ' and ' if not loop.first }}quern_k{{ loop.index0 }} is not null{% endfor %}
  {%- if has_duplicates %}
    and not exists (
      select 1 from ambiguous_keys as m
      where {% for key in keys %}{{ ' and ' if not loop.first }}m.quern_k{{ loop.index0 }} = s.quern_k{{ loop.index0 }}{% endfor %}
    )
  {%- endif %}
{%- endmacro %}
