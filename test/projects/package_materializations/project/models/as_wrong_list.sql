{{ config(materialized='wrong_list') }} select 1 as id
