{% macro quiet(name, table) %}{% set known = source(name, table).identifier %}{{ source(name, table) }}{% endmacro %}

{% test no_stranger(model, known, names) %}select id from {{ model }} where abs(id) not in (select id from {{ known }}) or abs(id) not in (select id from {{ names }}){% endtest %}
