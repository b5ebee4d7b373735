{{ history('of_odd_names', '"Some Id", "Name"') }}
