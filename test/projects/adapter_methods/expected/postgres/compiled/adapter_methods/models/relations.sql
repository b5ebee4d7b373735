



select
  'True' as found,
  'None' as missing,
  'True' as loaded,
  'True' as exists_already,
  '"d"."s"."i"' as made,
  'True "s"."i" "d"."s"' as included,
  '"d"."s".i d.s."i"' as unquoted,
  '"d"."s"."other"' as replaced,
  'new' as incorporated,
  '"d"."s"' as without_identifier,
  '"golden"."things"' as without_database,
  'True False' as schemas,
  'postgres' as adapter_type,
  '"a b"' as quoted