{{ config(on_schema_change='append_new_columns', incremental_strategy='merge') }}
select 1 as id, 'day {{ var('day') }}' as said {% if var('day') > 1 %}, {{ var('day') }} as day{% endif %}
