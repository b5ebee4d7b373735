{% macro name_of(what) %}oven {{ what }}{% endmacro %}
{% macro dispatched() %}{{ return(adapter.dispatch('dispatched', 'oven')()) }}{% endmacro %}
{% macro default__dispatched() %}oven default{% endmacro %}
{% macro say(what) %}{{ print('oven says ' ~ what ~ ' ' ~ var('scoped') ~ ' ' ~ dispatched()) }}{% endmacro %}
{% test small(model, column_name, below) %}select * from {{ model }} where {{ column_name }} >= {{ below }}{% endtest %}
