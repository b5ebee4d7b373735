{%- call statement('totals', fetch_result=true) -%}
  select method, count(*) as n, sum(amount) as total from {{ ref('payments') }} group by method order by method
{%- endcall -%}
{%- set result = load_result('totals') -%}
{%- set data = result['data'] if result else [] -%}
{%- set table = result['table'] if result else none -%}
select
  '{{ data | length }}' as row_count,
  '{% for row in data %}{{ row[0] }}={{ row[1] }};{% endfor %}' as rows_text,
  '{{ table.column_names | join(",") if table else "" }}' as column_names,
  '{{ table.rows | length if table else 0 }}' as table_rows,
  '{{ table.columns["method"].values() | join("+") if table else "" }}' as by_name,
  '{% if table %}{% for row in table.rows %}{{ row.method }}:{{ row["n"] }} {% endfor %}{% endif %}' as by_attribute,
  '{% if table %}{{ table.rows[0].values() | length }} {{ table.rows[0].keys() | join(",") }}{% endif %}' as row_parts,
  '{% if table %}{{ table.columns[1].values() | sum }}{% endif %}' as summed,
  '{{ load_result("never") is none }}' as unknown_result
from {{ ref('payments') }} where id = 1
