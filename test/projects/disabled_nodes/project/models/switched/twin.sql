select 'tree' as which
