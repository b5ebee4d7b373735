{{ config(materialized='incremental', on_schema_change='append_new_columns', unique_key='id') }}
select {{ 2 if is_incremental() else 1 }} as id, 3 as amount
