{{ config(a='x') }}{{ config(b=var('t')) }}select 1 as id
