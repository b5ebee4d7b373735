{% macro get_incremental_insert_only_new_sql(arg_dict) %}
  insert into {{ arg_dict.target_relation }} ({{ arg_dict.dest_columns | map(attribute='quoted') | join(', ') }})
  select {{ arg_dict.dest_columns | map(attribute='quoted') | join(', ') }} from {{ arg_dict.temp_relation }} as arriving
  where not exists (select 1 from {{ arg_dict.target_relation }} as present where present.{{ arg_dict.unique_key }} = arriving.{{ arg_dict.unique_key }})
  {%- for predicate in arg_dict.incremental_predicates or [] %} and {{ predicate }}{% endfor %}
{% endmacro %}
{% macro get_incremental_from_package_sql(arg_dict) %}{{ return(parts.get_incremental_from_package_sql(arg_dict)) }}{% endmacro %}
