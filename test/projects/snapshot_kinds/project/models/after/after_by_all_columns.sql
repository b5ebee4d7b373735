{{ history('by_all_columns', 'id, name, city') }}
