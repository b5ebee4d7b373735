{% macro outer_macro(x) %}{{ middle_macro(x) }}{% endmacro %}

{% macro middle_macro(x) %}{{ inner_macro(x) }}{% endmacro %}

{% macro inner_macro(x) %}upper({{ x }}){% endmacro %}
