{{ history('by_own_strategy', 'id, name, city') }}
