{# The last day of the month, quarter or year that a date lies in. #}
{% macro last_day(date, datepart) -%}
  {%- do return(adapter.dispatch('last_day', 'dbt')(date, datepart)) -%}
{%- endmacro %}

{% macro default__last_day(date, datepart) -%}
  {{ dbt.default_last_day(date, datepart) }}
{%- endmacro %}

{# One underscore: overrides of last_day call it for the dateparts they do not treat. #}
{% macro default_last_day(date, datepart) -%}
  {%- set next_start = dbt.dateadd(datepart, '1', dbt.date_trunc(datepart, date)) -%}
  cast(
    {{ dbt.dateadd('day', '-1', next_start) }}
    as date)
{%- endmacro %}
