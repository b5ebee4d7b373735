{{ config(alias='jj', schema=var('t')) }}select 1 as id
