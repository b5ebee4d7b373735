{% if var('fixed', false) %}
select 1 as id
{% else %}
select id from a_table_that_does_not_exist
{% endif %}
