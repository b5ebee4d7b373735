{# Postgres cuts names off without a word, so the base is shortened until name and suffix fit together. #}
{% macro postgres__make_relation_with_suffix(base_relation, suffix, dstring) -%}
  {%- if dstring -%}
    {%- set suffix = suffix ~ modules.datetime.datetime.now().strftime('%H%M%S%f') -%}
  {%- endif -%}
  {%- set limit = base_relation.relation_max_name_length() -%}
  {%- set room = limit - (suffix | length) -%}
  {%- if room < 0 -%}
    {%- do exceptions.raise_compiler_error('Relation suffix is too long (' ~ (suffix | length) ~ ' characters). Maximum length is ' ~ limit ~ ' characters.') -%}
  {%- endif -%}
  {%- do return(base_relation.incorporate(path={'identifier': base_relation.identifier_within(room) ~ suffix})) -%}
{%- endmacro %}

{% macro postgres__make_intermediate_relation(base_relation, suffix) -%}
  {%- do return(postgres__make_relation_with_suffix(base_relation, suffix, dstring=False)) -%}
{%- endmacro %}

{# Temporary tables live in a schema of their session, which must not be named. #}
{% macro postgres__make_temp_relation(base_relation, suffix) -%}
  {%- set named = postgres__make_relation_with_suffix(base_relation, suffix, dstring=True) -%}
  {%- do return(named.incorporate(path={'schema': none, 'database': none})) -%}
{%- endmacro %}

{% macro postgres__make_backup_relation(base_relation, backup_relation_type, suffix) -%}
  {%- set named = postgres__make_relation_with_suffix(base_relation, suffix, dstring=False) -%}
  {%- do return(named.incorporate(type=backup_relation_type)) -%}
{%- endmacro %}
