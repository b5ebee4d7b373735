select 'shared' as which
