{{ history('filtered', 'id, name, city') }}
