select {{ var('day') }} as id, cast('{{ "x" * var('day') * 4 }}' as varchar({{ var('day') * 4 }})) as text
