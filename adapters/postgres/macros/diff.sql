{% macro postgres__get_diff_databases_sql() -%}
  select current_database() as database_name
{%- endmacro %}

{# Types without an equality, or with one that compares areas (box, circle). #}
{% macro postgres__quern_diff_type_family(data_type) -%}
  {%- set base = modules.re.sub('(\\[\\])+$', '', data_type | lower | trim) -%}
  {%- if base in ['xml', 'point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle'] or (base == 'json' and data_type.endswith(']')) -%}
    {%- do return('opaque') -%}
  {%- elif base in ['json', 'jsonb'] and not data_type.endswith(']') -%}
    {%- do return('json') -%}
  {%- endif -%}
  {%- do return(default__quern_diff_type_family(data_type)) -%}
{%- endmacro %}

{# Without regard to blanks and to the order of keys. #}
{% macro postgres__quern_diff_json(expression) -%}
  {%- do return('cast(' ~ expression ~ ' as jsonb)') -%}
{%- endmacro %}
