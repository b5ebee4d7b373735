{% test mine(model, column_name) %}{{ config(tags=['in']) }}select 1 where false{% endtest %}
