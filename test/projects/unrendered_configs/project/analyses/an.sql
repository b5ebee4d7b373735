{{ config(tags=['x']) }}select 1
