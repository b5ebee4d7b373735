{{ history('closed_when_gone', 'id, name, city') }}
