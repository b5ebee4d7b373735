{{ config(materialized='table') }}
select cast(1.5 as numeric(10, 2)) as amount, 1 as parent_id, 10 as id, current_date > date '2020-01-01' as flag
