{{ config(materialized='wrong_type') }} select 1 as id
