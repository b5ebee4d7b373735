{#
  Values of one family can be compared with each other as they are: 'number', 'float', 'text', 'moment', 'json'. 'opaque': the database cannot compare
  them, not even with their own type. Any other type is a family of its own, by its name.
#}
{% macro quern_diff_type_family(data_type) -%}
  {%- do return(adapter.dispatch('quern_diff_type_family', 'dbt')(data_type)) -%}
{%- endmacro %}

{% macro default__quern_diff_type_family(data_type) -%}
  {%- set name = data_type | lower | trim -%}
  {%- set base = modules.re.sub('\\([^()]*\\)', '', name) | trim -%}
  {%- if name.endswith(']') -%}
    {%- do return(name) -%}
  {%- endif -%}
  {%- if base in [
    'tinyint', 'smallint', 'integer', 'int', 'bigint', 'hugeint', 'uhugeint', 'utinyint', 'usmallint', 'uinteger', 'ubigint', 'byteint',
    'int2', 'int4', 'int8', 'int64', 'numeric', 'decimal', 'number', 'bignumeric', 'bignum'
  ] -%}
    {%- do return('number') -%}
  {%- elif base in ['real', 'float', 'float4', 'float8', 'float64', 'double', 'double precision'] -%}
    {%- do return('float') -%}
  {%- elif base in ['text', 'varchar', 'character varying', 'character', 'char', 'bpchar', 'string', 'nvarchar', 'name'] -%}
    {%- do return('text') -%}
  {%- elif base == 'date' or base.startswith('timestamp') or base == 'datetime' -%}
    {%- do return('moment') -%}
  {%- endif -%}
  {%- do return(name) -%}
{%- endmacro %}

{# Whether values of two families are compared as text: they do not go together, or the database cannot compare them. #}
{% macro quern_diff_as_text(before, after) -%}
  {%- do return(adapter.dispatch('quern_diff_as_text', 'dbt')(before, after)) -%}
{%- endmacro %}

{% macro default__quern_diff_as_text(before, after) -%}
  {%- set numbers = ['number', 'float'] -%}
  {%- do return('opaque' in [before, after] or (before != after and not (before in numbers and after in numbers))) -%}
{%- endmacro %}
