{{ config(on_schema_change='whatever') }}
select {{ var('day') }} as id, 'x' as kept {% if var('day') > 1 %}, 'new' as gained{% endif %}
