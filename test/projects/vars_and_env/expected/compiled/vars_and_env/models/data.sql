select
  '{"b": 1, "a": [1, null, true]}' as tojson,
  '{"a": 2, "b": 1}' as sorted_json,
  '[1, 2.5, None]' as fromjson,
  '{a: [1, True, datetime.date(2024, 1, 1)]}' as fromyaml,
  'a:/- 1/- 2' as toyaml,
  '3 1' as sets,
  '2 [(1, 2)]' as zips,
  '900150983cd24fb0d6963f7d28e17f72' as md5,
  '{a: [x]}' as diff,
  '7 undefined' as filters