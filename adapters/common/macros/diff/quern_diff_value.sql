{# A column in the form in which it is compared with its counterpart. #}
{% macro quern_diff_value(column, side) -%}
  {%- do return(adapter.dispatch('quern_diff_value', 'dbt')(column, side)) -%}
{%- endmacro %}

{% macro default__quern_diff_value(column, side) -%}
  {%- set name = adapter.quote_name(column[side]) -%}
  {%- if column['as_text'] -%}
    {%- do return(quern_diff_text(name)) -%}
  {%- elif column[side ~ '_family'] == 'json' -%}
    {%- do return(quern_diff_json(name)) -%}
  {%- endif -%}
  {%- do return(name) -%}
{%- endmacro %}

{% macro quern_diff_text(expression) -%}
  {%- do return(adapter.dispatch('quern_diff_text', 'dbt')(expression)) -%}
{%- endmacro %}

{% macro default__quern_diff_text(expression) -%}
  {%- do return('cast(' ~ expression ~ ' as ' ~ type_string() ~ ')') -%}
{%- endmacro %}

{# JSON in a form that is the same for the same value. #}
{% macro quern_diff_json(expression) -%}
  {%- do return(adapter.dispatch('quern_diff_json', 'dbt')(expression)) -%}
{%- endmacro %}

{% macro default__quern_diff_json(expression) -%}
  {%- do return(expression) -%}
{%- endmacro %}

{# Whether two values differ; two nulls do not. `tolerance` counts for floating point numbers, and may be none. #}
{% macro quern_diff_differs(before, after, column, tolerance) -%}
  {%- do return(adapter.dispatch('quern_diff_differs', 'dbt')(before, after, column, tolerance)) -%}
{%- endmacro %}

{% macro default__quern_diff_differs(before, after, column, tolerance) -%}
  {%- set differs = before ~ ' is distinct from ' ~ after -%}
  {%- if tolerance is none or column['as_text'] or 'float' not in [column['before_family'], column['after_family']] -%}
    {%- do return(differs) -%}
  {%- endif -%}
  {%- do return('(' ~ differs ~ ' and not ' ~ quern_diff_is_near(before, after, tolerance) ~ ')') -%}
{%- endmacro %}

{# Whether two floating point numbers differ by no more than `tolerance` times the larger of them, or than `tolerance` where both are below 1. #}
{% macro quern_diff_is_near(before, after, tolerance) -%}
  {%- do return(adapter.dispatch('quern_diff_is_near', 'dbt')(before, after, tolerance)) -%}
{%- endmacro %}

{% macro default__quern_diff_is_near(before, after, tolerance) -%}
  {%- set b = 'cast(' ~ before ~ ' as double precision)' -%}
  {%- set a = 'cast(' ~ after ~ ' as double precision)' -%}
  {%- set endless = "cast('Infinity' as double precision)" -%}
  {%- do return(
    'coalesce(abs(' ~ b ~ ') < ' ~ endless ~ ' and abs(' ~ a ~ ') < ' ~ endless
    ~ ' and abs(' ~ b ~ ' - ' ~ a ~ ') <= ' ~ tolerance ~ ' * greatest(1, abs(' ~ b ~ '), abs(' ~ a ~ ')), false)'
  ) -%}
{%- endmacro %}
