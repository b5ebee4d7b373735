{% macro note(what) -%}
insert into {{ target.schema }}.hook_log select coalesce(max(n), 0) + 1, '{{ what }}' from {{ target.schema }}.hook_log
{%- endmacro %}
