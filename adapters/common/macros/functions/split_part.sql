{# Parts count from 1; a negative number counts from the end, where the adapter can do it. #}
{% macro split_part(string_text, delimiter_text, part_number) -%}
  {%- do return(adapter.dispatch('split_part', 'dbt')(string_text, delimiter_text, part_number)) -%}
{%- endmacro %}

{% macro default__split_part(string_text, delimiter_text, part_number) %}
  split_part(
    {{ string_text }},
    {{ delimiter_text }},
    {{ part_number }}
    )
{% endmacro %}

{# From the end: the number of delimiters in the text tells how many parts there are. #}
{% macro _split_part_negative(string_text, delimiter_text, part_number) %}
  split_part(
    {{ string_text }},
    {{ delimiter_text }},
      length({{ string_text }})
      - length(
          replace({{ string_text }},  {{ delimiter_text }}, '')
      ) + 2 + {{ part_number }}
    )
{% endmacro %}
