{% macro default__dispatched() %}bakery default{% endmacro %}
{% macro duckdb__dispatched() %}bakery duckdb{% endmacro %}
{% macro dispatched() %}through bakery: {{ oven.dispatched() }}{% endmacro %}
