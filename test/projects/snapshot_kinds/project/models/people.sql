{#- What the source holds on each day: rows change, go, come back; a column is added on the third day. -#}
{%- set rows = {
  1: [(1, 'ann', 'oslo', 1), (2, 'bob', 'rome', 1), (3, 'cid', 'bonn', 1), (4, 'dee', none, 1), (5, 'eve', 'lima', 1)],
  2: [(1, 'ann', 'oslo', 1), (2, 'bob', 'nice', 2), (4, 'dee', 'bern', 2), (5, none, 'lima', 1), (6, 'fay', 'cork', 2)],
  3: [(1, 'ann', 'oslo', 1), (2, 'bob', 'nice', 2), (3, 'cid', 'bonn', 3), (4, 'dee', none, 3), (5, none, 'lima', 1)],
  4: [(2, 'bobby', 'nice', 4), (3, 'cid', 'bonn', 3), (4, 'dee', none, 3), (5, 'eve', 'lima', 4), (6, 'fay', 'cork', 4)]
} -%}
{{ config(materialized='table') }}
{% for id, name, city, day in rows[var('day')] %}
select {{ id }} as id, 'k{{ id % 2 }}' as part,
  cast({{ "'" ~ name ~ "'" if name else 'null' }} as varchar(10)) as name,
  cast({{ "'" ~ city ~ "'" if city else 'null' }} as varchar(20)) as city,
  cast('2024-01-0{{ day }} 10:00:00' as timestamp) as changed_at,
  cast('2024-01-0{{ day }}' as date) as changed_on,
  '2024-01-0{{ day }} 10:00:00' as changed_text
  {%- if var('day') > 2 %}, {{ id * 10 }} as age{% endif %}
{% if not loop.last %}union all{% endif %}
{% endfor %}
