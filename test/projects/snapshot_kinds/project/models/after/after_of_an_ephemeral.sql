{{ history('of_an_ephemeral', 'id, name') }}
