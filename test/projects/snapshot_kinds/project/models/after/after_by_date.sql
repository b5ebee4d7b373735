{{ history('by_date', 'id, name, city') }}
