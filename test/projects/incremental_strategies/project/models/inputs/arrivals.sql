{#- what each day brings: day 4 brings nothing -#}
{%- set days = {
  1: [(1, 'a', 10, 'eu'), (2, 'b', 20, 'eu'), (3, 'c', 30, 'us')],
  2: [(2, 'b2', 21, 'eu'), (4, 'd', 40, 'us'), (none, 'nobody', 50, 'eu')],
  3: [(3, 'c3', 31, 'eu'), (1, 'a3', 11, 'us'), (none, 'nobody', 51, 'us')],
} -%}
{%- for id, name, amount, region in days.get(var('day'), []) %}
select cast({{ 'null' if id is none else id }} as integer) as id, cast('{{ name }}' as varchar(20)) as name, {{ amount }} as amount, cast('{{ region }}' as varchar(2)) as region, {{ var('day') }} as day
{{ 'union all' if not loop.last }}
{%- else %}
select cast(null as integer) as id, cast(null as varchar(20)) as name, 0 as amount, cast(null as varchar(2)) as region, {{ var('day') }} as day where 1 = 0
{%- endfor %}
