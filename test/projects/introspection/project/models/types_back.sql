{% set q %}
select 1 as i, cast(1.50 as numeric(10, 2)) as d, cast('2024-02-03' as date) as day, cast('2024-02-03 04:05:06' as timestamp) as ts, 'x' as t, true as b, cast(null as integer) as n
{% endset %}
{% set r = run_query(q) if execute else none %}
select
{% if execute %}
  '{{ r.rows[0]["i"] }}' as i, '{{ r.rows[0]["d"] }}' as d, '{{ r.rows[0]["day"] }}' as day, '{{ r.rows[0]["ts"] }}' as ts,
  '{{ r.rows[0]["t"] }}' as t, '{{ r.rows[0]["b"] }}' as b, '{{ r.rows[0]["n"] }}' as n, '{{ r.rows[0]["n"] is none }}' as n_is_none,
  '{{ r.rows[0]["day"].year }}' as year, '{{ r.rows[0]["ts"].strftime("%d/%m/%y %H") }}' as formatted, '{{ r.rows[0]["i"] + 1 }}' as plus_one
{% else %}
  1 as parsing
{% endif %}
