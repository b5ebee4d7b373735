{% macro plain(a, b=1) %}{{ a }}{% endmacro %}
{% macro undocumented(x, y) %}{% endmacro %}
{% macro described_only(x, y) %}{% endmacro %}
{% macro fewer(x, y) %}{% endmacro %}
{% macro more(x) %}{% endmacro %}
{% macro renamed(x, y, z) %}{% endmacro %}
{% macro types(a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p) %}{% endmacro %}
{% test gt(model, column_name, k) %}select 1 where false{% endtest %}
{% materialization mine, default %}{{ return({'relations': []}) }}{% endmaterialization %}
{% macro none_at_all() %}{% endmacro %}
