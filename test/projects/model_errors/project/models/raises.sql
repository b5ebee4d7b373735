{% if execute %}{{ exceptions.raise_compiler_error('this model refuses') }}{% endif %}
select 1 as id
