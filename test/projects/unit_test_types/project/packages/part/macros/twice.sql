{% macro twice(c) %}{{ c }} * 2{% endmacro %}
