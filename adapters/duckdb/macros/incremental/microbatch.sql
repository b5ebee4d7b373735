{# The rows of the batch's time go, those that arrived for it come in. A key has no part in that. #}
{% macro duckdb__get_incremental_microbatch_sql(arg_dict) -%}
  {%- set event_time = config.get('event_time') -%}
  {%- if not event_time -%}
    {%- do exceptions.raise_compiler_error("microbatch incremental strategy requires an 'event_time' model config") -%}
  {%- elif config.get('unique_key') -%}
    {%- do exceptions.raise_compiler_error(
      "microbatch incremental strategy does not support 'unique_key': each batch replaces the rows of its time span, whatever their key."
      ~ " Remove 'unique_key' or use incremental_strategy='merge'."
    ) -%}
  {%- endif -%}

  {%- set batch = model.get('batch') or {} -%}
  {%- set start, end = batch.get('event_time_start'), batch.get('event_time_end') -%}
  {%- if not (start and end) -%}
    {%- do exceptions.raise_compiler_error(
      "microbatch incremental strategy requires 'batch.event_time_start' and 'batch.event_time_end' to be set in the context"
    ) -%}
  {%- endif -%}

  {%- set target = arg_dict['target_relation'] -%}
  {%- set names = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
  {%- set in_batch = event_time ~ " >= '" ~ start ~ "' and " ~ event_time ~ " < '" ~ end ~ "'" %}
  delete from {{ target }}
  where {{ in_batch }}
  {%- for predicate in normalize_incremental_predicates(arg_dict.get('incremental_predicates')) %}
    and ({{ predicate }})
  {%- endfor -%}
  ;

  insert into {{ target }} ({{ names }})
  select {{ names }}
  from {{ arg_dict['temp_relation'] }}
  where {{ in_batch }};
{%- endmacro %}

{% macro normalize_incremental_predicates(incremental_predicates) -%}
  {%- do return(normalize_string_or_list(incremental_predicates, 'incremental_predicates')) -%}
{%- endmacro %}
