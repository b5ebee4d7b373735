{% macro postgres__split_part(string_text, delimiter_text, part_number) %}
  {%- set build = dbt.default__split_part if part_number >= 0 else dbt._split_part_negative -%}
  {{ build(string_text, delimiter_text, part_number) }}
{% endmacro %}
