{% if execute %}select {{ nowhere_defined.attribute }}{% else %}select 1{% endif %}
