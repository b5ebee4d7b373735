{{ config(materialized='table') }}
select 1 as id, cast('{{ 'a much longer name' if var('wide') else 'a' }}' as varchar({{ 40 if var('wide') else 5 }})) as name, cast('2024-01-0{{ 2 if var('wide') else 1 }}' as timestamp) as changed
union all select 2, 'b', cast('2024-01-01' as timestamp)
union all select 3, null, null
