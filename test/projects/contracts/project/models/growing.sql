{{ config(materialized='incremental', on_schema_change='append_new_columns', unique_key='id') }}
select 1 as id, cast('a' as varchar) as name {% if var('wide') %}, cast('b' as varchar) as extra{% endif %}
