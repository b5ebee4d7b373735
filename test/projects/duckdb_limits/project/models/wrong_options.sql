{{ config(materialized='external', options=['a']) }} select 1 as id
