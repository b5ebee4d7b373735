{% macro rounded(expression, digits=0) -%}
    round(cast({{ expression }} as numeric(18, 4)), {{ digits }})
{%- endmacro %}

{% macro percent_of(part, whole='count(*)', digits=1) -%}
    {{ rounded('100.0 * ' ~ part ~ ' / nullif(' ~ whole ~ ', 0)', digits) }}
{%- endmacro %}
