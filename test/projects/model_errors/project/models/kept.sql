{{ config(materialized='table') }}
select {{ "1 / 'x'" if var('break_kept', false) else 1 }} as id
