{% macro overridden() %}shared version{% endmacro %}
{% test positive(model, column_name) %}select * from {{ model }} where {{ column_name }} <= 0{% endtest %}
{% macro bare_helper() %}1 = 0{% endmacro %}
{% macro calls_bare() %}select 1 as x where {{ bare_helper() }}{% endmacro %}
{% test uses_helper(model, column_name) %}
  {% if execute %}select * from {{ model }} where 1 = 0{% else %}{{ shared.calls_bare() }}{% endif %}
{% endtest %}
{% test same_name(model, column_name) %}{{ config(severity='warn', fail_calc='count(*) + 1') }}select * from {{ model }} where {{ column_name }} is null{% endtest %}
{% test only_here(model, column_name) %}{{ config(severity='warn', fail_calc='count(*) + 1') }}select * from {{ model }} where {{ column_name }} is null{% endtest %}
