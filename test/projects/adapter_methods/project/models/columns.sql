{% set columns = adapter.get_columns_in_relation(ref('things')) %}
select
  '{% for c in columns %}{{ c.name }} {{ c.is_string() }} {{ c.is_numeric() }} {{ c.is_number() }} {{ c.is_float() }} {{ c.is_integer() }}; {% endfor %}' as kinds,
  '{{ columns | map(attribute="quoted") | join(",") }}' as quoted,
  '{{ columns | map(attribute="column") | join(",") }}' as names
