{{ config(materialized='table', enabled=true) }}select 1 as id
