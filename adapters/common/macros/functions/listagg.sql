{# `order_by_clause` comes with its `order by`; `delimiter_text` with its quotes. #}
{% macro listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) -%}
  {%- do return(adapter.dispatch('listagg', 'dbt')(measure, delimiter_text, order_by_clause, limit_num)) -%}
{%- endmacro %}

{% macro default__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- set within = 'within group (' ~ order_by_clause ~ ')' if order_by_clause else '' -%}
  {%- if limit_num -%}
    array_to_string(
      array_slice(
        array_agg(
          {{ measure }}
        ){{ within }}
        ,0
        ,{{ limit_num }}
      ),
      {{ delimiter_text }}
      )
  {%- else %}
    listagg(
      {{ measure }},
      {{ delimiter_text }}
      )
      {{ within }}
  {%- endif -%}
{%- endmacro %}
