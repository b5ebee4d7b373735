select 'golden__marts' as my_schema, 'from_tree' as my_name, 'from_tree' as my_alias, c.*
from "goldendb"."golden"."another_name" c