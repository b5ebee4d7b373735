{% if execute %}{% do exceptions.warn('only a warning') %}{% endif %}
select 1 as id
