{{ config(on_schema_change='sync_all_columns') }}
select {{ var('day') }} as id, cast('{{ "x" * var('day') * 4 }}' as varchar({{ var('day') * 4 }})) as text
