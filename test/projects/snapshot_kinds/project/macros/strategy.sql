{% macro snapshot_by_name_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
  {#- A row has changed when the length of its name has. -#}
  {% set key = model_config.get('unique_key') %}
  {% set updated = model_config.get('updated_at') %}
  {% do return({
    'unique_key': key,
    'updated_at': updated,
    'row_changed': 'coalesce(length(' ~ snapshotted_rel ~ '.name), 0) <> coalesce(length(' ~ current_rel ~ '.name), 0)',
    'scd_id': snapshot_hash_arguments([key, updated]),
    'invalidate_hard_deletes': false,
    'hard_deletes': 'ignore'
  }) %}
{% endmacro %}

{% macro history(name, columns, from='dbt_valid_from', to='dbt_valid_to', deleted=none) %}
  {#- The snapshot with moments of the run told apart from moments of the data. -#}
  select {{ columns }}{{ ', ' ~ deleted if deleted }}
  {%- for column in [from, to] %},
    case when {{ column }} is null then 'open' when {{ column }} between '2025-01-01' and '9000-01-01' then 'run' else cast({{ column }} as varchar) end as {{ 'valid_from' if loop.first else 'valid_to' }}
  {%- endfor %}
  from {{ ref(name) }}
{% endmacro %}
