

select

  '1' as i, '1.50' as d, '2024-02-03' as day, '2024-02-03 04:05:06' as ts,
  'x' as t, 'True' as b, 'None' as n, 'True' as n_is_none,
  '2024' as year, '03/02/24 04' as formatted, '2' as plus_one
