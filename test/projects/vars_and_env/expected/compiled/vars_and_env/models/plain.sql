select
  'yaml without braces' as given,
  1 as num,
  'no flag' as flag,
  'default for nothing' as nothing,
  '0' as list_length,
  'x' as list_joined,
  'no nested' as nested,
  'no day' as day,
  'only here' as own,
  'None' as missing,
  'True False' as has_var,
  cast('1' as TEXT) as templated