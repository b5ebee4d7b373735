select
  {{ dbt.dateadd('day', 3, "cast('2024-01-30' as timestamp)") }} as dateadd,
  {{ dbt.datediff("cast('2024-01-30' as timestamp)", "cast('2024-03-01' as timestamp)", 'day') }} as datediff_day,
  {{ dbt.datediff("cast('2024-01-30' as timestamp)", "cast('2024-03-01' as timestamp)", 'month') }} as datediff_month,
  {{ dbt.datediff("cast('2024-01-30 10:10:10' as timestamp)", "cast('2024-01-31 09:00:00' as timestamp)", 'hour') }} as datediff_hour,
  {{ dbt.date_trunc('month', "cast('2024-02-17' as timestamp)") }} as date_trunc,
  {{ dbt.last_day("cast('2024-02-17' as date)", 'month') }} as last_day,
  {{ dbt.split_part("'a-b-c'", "'-'", 2) }} as split_part,
  {{ dbt.split_part("'a-b-c'", "'-'", -1) }} as split_part_back,
  {{ dbt.replace("'abc'", "'b'", "'x'") }} as replaced,
  {{ dbt.right("'abcdef'", 2) }} as right_two,
  {{ dbt.position("'c'", "'abc'") }} as position_of,
  {{ dbt.length("'abc'") }} as length_of,
  {{ dbt.hash("'abc'") }} as hash_of,
  {{ dbt.safe_cast("'1'", api.Column.translate_type('integer')) }} as safe_cast,
  {{ dbt.cast_bool_to_text("true") }} as bool_text,
  {{ dbt.string_literal("x") }} as string_literal,
  {{ dbt.escape_single_quotes("it's") | length }} as escaped_length,
  {{ dbt.any_value('v') }} as any_val,
  {{ dbt.bool_or('v = 1') }} as bool_or,
  {{ dbt.listagg('n', "', '", "order by n") }} as listagg,
  {{ dbt.listagg('n', "', '", "order by n", 2) }} as listagg_two
from (select 1 as v, 'a' as n union all select 1, 'b' union all select 1, 'c') t
{{ dbt.limit_zero() if false }}
