select 1 as id, array[1, 2] as numbers, array['a', null, 'b c'] as words
