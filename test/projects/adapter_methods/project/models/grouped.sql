{% set cols = dbt_columns(ref('things')) %}
select {{ cols }} as cols
