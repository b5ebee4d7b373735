


select
  't varchar' as text_column,
  'character varying(20) 20' as sized_column,
  'numeric(10,2) 10' as numeric_column,
  'TEXT float integer' as translated,
  'character varying(10) numeric(5,1)' as made_types,
  'True' as can_expand