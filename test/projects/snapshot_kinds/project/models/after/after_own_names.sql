{{ history('own_names', 'id, name, city', 'starts', 'ends', 'gone') }}
