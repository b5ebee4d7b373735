{% macro duckdb__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- set ordered = order_by_clause if order_by_clause else '' -%}
  {%- if limit_num -%}
    list_aggr(
      (array_agg(
        {{ measure }}
        {{ ordered }}
      ))[1:{{ limit_num }}],
      'string_agg',
      {{ delimiter_text }}
      )
  {%- else %}
    string_agg(
        {{ measure }},
        {{ delimiter_text }}
        {{ ordered }}
        )
  {%- endif -%}
{%- endmacro %}
