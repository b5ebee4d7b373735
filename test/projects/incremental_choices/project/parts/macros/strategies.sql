{% macro get_incremental_from_package_sql(arg_dict) %}
  insert into {{ arg_dict['target_relation'] }} select id, 'package' as said from {{ arg_dict['temp_relation'] }}
{% endmacro %}
