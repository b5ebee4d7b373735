{{ config(on_schema_change='ignore') }}
select 1 as id, 'x' as kept {% if var('day') > 1 %}, 'new' as gained{% endif %}
