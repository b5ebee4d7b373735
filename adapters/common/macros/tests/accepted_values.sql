{% test accepted_values(model, column_name, values, quote=True) %}
  {%- set build = adapter.dispatch('test_accepted_values', 'dbt') %}
  {{ build(model, column_name, values, quote) }}
{% endtest %}

{% macro default__test_accepted_values(model, column_name, values, quote=True) %}
{%- set mark = "'" if quote else '' %}
{%- set literals = [] %}
{%- for value in values %}
  {%- do literals.append(mark ~ value ~ mark) %}
{%- endfor %}

with all_values as (

  select
    {{ column_name }} as value_field,
    count(*) as n_records
  from {{ model }}
  group by {{ column_name }}

)

select *
from all_values
where value_field not in (
  {{ literals | join(',') }}
)

{% endmacro %}
