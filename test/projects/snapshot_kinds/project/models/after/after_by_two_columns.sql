{{ history('by_two_columns', 'id, name, city') }}
