select
  '3' as row_count,
  'card=2;cash=1;coupon=1;' as rows_text,
  'method,n,total' as column_names,
  '3' as table_rows,
  'card+cash+coupon' as by_name,
  'card:2 cash:1 coupon:1 ' as by_attribute,
  '3 method,n,total' as row_parts,
  '4' as summed,
  'True' as unknown_result
from "goldendb"."golden"."payments" where id = 1