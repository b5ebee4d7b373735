{{ history('closed_as_before', 'id, name, city') }}
