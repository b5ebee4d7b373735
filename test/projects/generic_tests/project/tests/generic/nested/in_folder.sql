{% test in_folder(model, column_name) %}
select * from {{ model }} where {{ column_name }} = '{{ helper_value() }}'
{% endtest %}
