{{ config(materialized='table') }}
select {{ function('greet') }}('you') as short, {{ function('fns', 'greet') }}('you', '?') as long
