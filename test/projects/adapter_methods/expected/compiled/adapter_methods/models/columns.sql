
select
  'id False False True False True; name True False False False False; price False False True True False; ' as kinds,
  '"id","name","price"' as quoted,
  'id,name,price' as names