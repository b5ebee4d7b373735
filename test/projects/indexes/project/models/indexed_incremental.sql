{{ config(materialized='incremental', unique_key='code', on_schema_change='append_new_columns', indexes=[{'columns': ['code']}, {'columns': ['name']}]) }}
select *{{ ', 1 as added' if var('step') > 1 }} from {{ ref('codes') }}
