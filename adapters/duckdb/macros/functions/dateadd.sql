{# A multiple of an interval takes any expression, where `interval (expression) unit` takes few. #}
{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) -%}
  {%- set count = 'cast(' ~ interval ~ ' as bigint)' -%}
  {%- set unit = datepart | lower -%}
  {%- if unit == 'quarter' %}
    ({{ from_date_or_timestamp }} + ({{ count }} * 3) * interval 1 month)
  {%- elif unit == 'week' %}
    ({{ from_date_or_timestamp }} + ({{ count }} * 7) * interval 1 day)
  {%- else %}
    ({{ from_date_or_timestamp }} + {{ count }} * interval 1 {{ unit }})
  {%- endif -%}
{%- endmacro %}
