


select 'one two 3 4' as by_name, 'one one one' as in_context,
  'True True False' as known,
  'one new new' as defaults,
  'one gone False None' as popped,
  'no kept two 3 4' as after_pop, 'elsewhere elsewhere' as replaced