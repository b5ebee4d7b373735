{#
  Each part is counted on the next larger one: quarters and months on years, hours on days, minutes on hours, and so on.
  A week starts on Sunday.
#}
{% macro postgres__datediff(first_date, second_date, datepart) -%}
  {%- set a = '(' ~ first_date ~ ')' -%}
  {%- set b = '(' ~ second_date ~ ')' -%}
  {%- set per_larger = {
    'quarter': ['year', 4, 'date'],
    'month': ['year', 12, 'date'],
    'hour': ['day', 24, 'timestamp'],
    'minute': ['hour', 60, 'timestamp'],
    'second': ['minute', 60, 'timestamp'],
    'millisecond': ['minute', 60000, 'timestamp'],
    'microsecond': ['minute', 60000000, 'timestamp']
  } -%}

  {%- if datepart == 'year' %}
    (date_part('year', {{ b }}::date) - date_part('year', {{ a }}::date))
  {% elif datepart == 'day' %}
    ({{ b }}::date - {{ a }}::date)
  {% elif datepart == 'week' %}
    ({{ datediff(first_date, second_date, 'day') }} / 7 + case
      when date_part('dow', {{ a }}::timestamp) <= date_part('dow', {{ b }}::timestamp) then
        case when {{ first_date }} <= {{ second_date }} then 0 else -1 end
      else
        case when {{ first_date }} <= {{ second_date }} then 1 else 0 end
    end)
  {% elif datepart in per_larger -%}
    {%- set larger, count, type = per_larger[datepart] -%}
    {%- set floor = 'floor' if datepart in ['second', 'millisecond', 'microsecond'] else '' -%}
    {%- set end_part = "date_part('" ~ datepart ~ "', " ~ b ~ '::' ~ type ~ ')' -%}
    {%- set start_part = "date_part('" ~ datepart ~ "', " ~ a ~ '::' ~ type ~ ')' -%}
    {{- ' ' }}({{ datediff(first_date, second_date, larger) }} * {{ count }} + {{ floor ~ '(' ~ end_part ~ ')' if floor else end_part }} - {{ floor ~ '(' ~ start_part ~ ')' if floor else start_part }})
  {% else -%}
    {%- do exceptions.raise_compiler_error("Unsupported datepart for macro datediff in postgres: '" ~ datepart ~ "'") -%}
  {%- endif -%}
{%- endmacro %}
