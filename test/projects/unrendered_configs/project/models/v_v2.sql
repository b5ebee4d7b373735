{{ config(tags=[var('t')]) }}select 1 as id
