

select
  'ABC!!!' as helper_shout,
  'abc' as whisper,
  'root' as same_name,
  'helper' as helper_same_name,
  'root/helper' as calls_same_name,
  120 as factorial,
  'first=1 second=x varargs=(3, 4) kwargs={"named": 5}' as variadic,
  '<b>inner text</b>' as wrapped,
  'a+b2' as returned,
  'duck' as where_am_i,
  'only in helper, called from calls' as helper_only,
  'root' as from_context,
  'a' || 'b' as builtin_concat,
  'c' || 'd' as own_concat,
  cast('x' as varchar(77)) as own_type_string,
  cast(1 as bigint) as builtin_type