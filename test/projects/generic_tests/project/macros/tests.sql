{% macro helper_value() %}z{% endmacro %}

{% test one_of_many(model, column_name, values, options) %}
-- {{ values }} {{ options }} {{ options.labels[0] }}
select {{ column_name }} from {{ model }} where {{ column_name }} not in ({% for v in values if v is number and v is not boolean %}{{ v }}{{ ', ' if not loop.last }}{% endfor %})
{% endtest %}

{% test not_null(model, column_name) %}
-- the project's own not_null
select * from {{ model }} where {{ column_name }} is null or {{ column_name }} = 3
{% endtest %}
