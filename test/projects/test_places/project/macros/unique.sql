{% test unique(model, column_name, except=none) %}
select {{ column_name }} as v from {{ model }} where {{ column_name }} is not null {% if except is not none %}and {{ column_name }} <> {{ except }}{% endif %} group by 1 having count(*) > 1
{% endtest %}
{% macro default__get_where_subquery(relation) %}
  {%- if config.get('where') -%}{%- do return('(select * from ' ~ relation ~ ' where ' ~ config.get('where') ~ ' /* own */) dbt_subquery') -%}{%- endif -%}
  {%- do return(relation) -%}
{% endmacro %}
