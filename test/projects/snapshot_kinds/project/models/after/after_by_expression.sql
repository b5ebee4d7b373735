{{ history('by_expression', 'id, name, city') }}
