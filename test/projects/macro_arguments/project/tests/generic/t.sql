{% test in_tests(model, a) %}select 1 where false{% endtest %}
