{{ config(materialized='wrong_dict') }} select 1 as id
