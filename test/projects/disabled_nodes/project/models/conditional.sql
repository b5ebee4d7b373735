{% if var('all_on', false) %}
select * from {{ ref('optional') }}
{% else %}
select id from {{ ref('base') }} where id = 1
{% endif %}
