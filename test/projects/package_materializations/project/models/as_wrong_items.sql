{{ config(materialized='wrong_items') }} select 1 as id
