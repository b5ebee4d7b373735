{{ config(materialized='table', tags=['x'], meta={'a': 'b'}, enabled=True) }}select 1 as id
