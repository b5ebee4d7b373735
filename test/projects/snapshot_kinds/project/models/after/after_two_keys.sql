{{ history('two_keys', 'id, name, city') }}
