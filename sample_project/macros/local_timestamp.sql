{% macro local_timestamp(year, month, day, hour, minute) -%}
    {%- set parts = [] -%}
    {%- for part in [year, month, day, hour, minute] -%}
        {%- do parts.append('cast(' ~ part ~ ' as integer)') -%}
    {%- endfor -%}
    make_timestamp({{ parts | join(', ') }}, 0)
{%- endmacro %}
