{{ config(materialized='table_function', parameters=['x']) }}
selec x
