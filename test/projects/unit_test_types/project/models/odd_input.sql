select 1 as "Mixed", 'x' as "select"
