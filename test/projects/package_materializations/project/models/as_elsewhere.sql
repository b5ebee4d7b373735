{{ config(materialized='elsewhere') }} select 1 as id
