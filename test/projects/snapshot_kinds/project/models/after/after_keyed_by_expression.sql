{{ history('keyed_by_expression', 'id, name, city') }}
