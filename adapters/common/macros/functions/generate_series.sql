{# A query with the numbers from 1 to the bound in a column `generated_number`. #}
{% macro generate_series(upper_bound) -%}
  {%- do return(adapter.dispatch('generate_series', 'dbt')(upper_bound)) -%}
{%- endmacro %}

{# For databases without a series of their own: every combination of n bits is one number. #}
{% macro default__generate_series(upper_bound) %}
{%- set bits = dbt.get_powers_of_two(upper_bound) %}
{%- set terms = [] %}
{%- set tables = [] %}
{%- for i in range(bits) %}
  {%- do terms.append('p' ~ i ~ '.generated_number * power(2, ' ~ i ~ ')') %}
  {%- do tables.append('p as p' ~ i) %}
{%- endfor %}

  with p as (
    select 0 as generated_number union all select 1
  ), unioned as (

    select
      {{ terms | join('\n      + ') }}
      + 1
      as generated_number
    from
      {{ tables | join('\n      cross join ') }}

  )

  select *
  from unioned
  where generated_number <= {{ upper_bound }}
  order by generated_number

{% endmacro %}

{# The smallest n, from 1 on, with 2^n >= the bound. #}
{% macro get_powers_of_two(upper_bound) -%}
  {%- do return(adapter.dispatch('get_powers_of_two', 'dbt')(upper_bound)) -%}
{%- endmacro %}

{% macro default__get_powers_of_two(upper_bound) -%}
  {%- if upper_bound <= 0 -%}
    {%- do exceptions.raise_compiler_error('upper bound must be positive') -%}
  {%- endif -%}
  {%- for n in range(1, 100) if upper_bound <= 2 ** n -%}
    {%- do return(n) -%}
  {%- endfor -%}
{%- endmacro %}
