{% macro name_of(what) %}root {{ what }}{% endmacro %}
{% macro default__dispatched() %}root default{% endmacro %}
