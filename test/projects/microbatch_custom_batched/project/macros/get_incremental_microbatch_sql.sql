{% macro get_incremental_microbatch_sql(arg_dict) %}
  insert into {{ arg_dict.target_relation }} (id, moment, batch, window_start)
  select id, moment, 'custom ' || batch, window_start from {{ arg_dict.temp_relation }} where id < 7
{% endmacro %}
